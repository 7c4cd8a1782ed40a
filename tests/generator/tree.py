"""A schema as the generator knows it: a tree of nodes, each with an identity that stays when its name
changes. Whatever speaks of another node holds a reference to it, never its name: so a rename changes
every text that uses the name, and what speaks of something that is gone can be found and taken out."""

from collections import namedtuple

Ref = namedtuple("Ref", "uid")


class Text(tuple):
    """A piece of SQL: strings, and references where the name of a node stands."""

    __slots__ = ()


def text(template, *refs):
    """text("{} > {}", a, 5): nodes become references, everything else is put in as it is."""
    if not refs:
        return Text((template,) if template else ())
    parts, pieces = [], template.split("{}")
    for i, piece in enumerate(pieces):
        parts.append(piece)
        if i < len(pieces) - 1:
            value = refs[i]
            if isinstance(value, Node):
                parts.append(Ref(value.uid))
            elif isinstance(value, (Text, tuple)) and not isinstance(value, Ref):
                parts.extend(value)
            else:
                parts.append(value)
    return Text(part for part in parts if part != "")


class Node:
    __slots__ = ("uid", "kind", "values", "children")

    def __init__(self, uid, kind, values, children=()):
        self.uid = uid
        self.kind = kind
        self.values = values
        self.children = list(children)

    def __getitem__(self, key):
        return self.values.get(key)

    def __setitem__(self, key, value):
        self.values[key] = value

    def of(self, *kinds):
        return [child for child in self.children if child.kind in kinds]

    def copy(self):
        return Node(self.uid, self.kind, dict(self.values), [child.copy() for child in self.children])


def refs_in(value):
    if isinstance(value, Ref):
        yield value.uid
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from refs_in(part)


class Schema:
    def __init__(self):
        self.root = Node(0, "root", {})
        self.nodes = {}
        self.last = 0

    def copy(self):
        other = Schema()
        other.root = self.root.copy()
        other.nodes = {node.uid: node for node in other.walk()}
        other.last = self.last
        return other

    def add(self, parent, kind, at=None, **values):
        self.last += 1
        node = Node(self.last, kind, values)
        children = (parent or self.root).children
        children.insert(len(children) if at is None else at, node)
        self.nodes[node.uid] = node
        return node

    def walk(self, node=None):
        for child in (node or self.root).children:
            yield child
            yield from self.walk(child)

    def parent(self, uid):
        for node in [self.root] + list(self.walk()):
            if any(child.uid == uid for child in node.children):
                return node
        return None

    def of(self, *kinds):
        return [node for node in self.walk() if node.kind in kinds]

    def users(self, uid):
        """What speaks of a node."""
        return [node for node in self.walk()
                if any(uid == ref for value in node.values.values() for ref in refs_in(value))]

    def remove(self, uid):
        """Takes a node out, and all that cannot be without it."""
        parent = self.parent(uid)
        if parent:
            parent.children = [child for child in parent.children if child.uid != uid]
        self.prune()

    def prune(self):
        while self._prune_once(self.root, {node.uid for node in self.walk()}):
            pass
        self.nodes = {node.uid: node for node in self.walk()}

    def _prune_once(self, parent, known):
        kept, changed = [], False
        for node in parent.children:
            dangling = any(ref not in known for value in node.values.values() for ref in refs_in(value))
            hollow = (node.kind == "table" and not node["like"] and not node.of("column")) or \
                (node.kind == "view" and not node.of("item"))
            if dangling or hollow:
                changed = True
                continue
            changed |= self._prune_once(node, known)
            kept.append(node)
        parent.children = kept
        return changed
