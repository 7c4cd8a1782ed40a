"""Numbers that look random and are the same for ever for one seed: in every version of Python, on every
machine, whatever PYTHONHASHSEED is. (The methods of Python's own 'random' have changed over time.)"""

MASK = (1 << 64) - 1


class Chance:
    def __init__(self, *seeds):
        self.state = 0x9E3779B97F4A7C15
        for seed in seeds:
            self.state = (self.state ^ seed) & MASK
            self.number()

    def number(self):
        """The next 64 bits: splitmix64."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit):
        return self.number() % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def one_in(self, count):
        return self.below(count) == 0

    def pick(self, choices):
        return choices[self.below(len(choices))]

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items

    def some(self, items, most):
        """Between one and 'most' of the items, in any order; none if there are none."""
        items = self.shuffled(items)
        return items[: self.between(1, most)] if items else []

    def weighted(self, choices):
        """choices: pairs of a weight and what it stands for."""
        at = self.below(sum(weight for weight, _ in choices))
        for weight, choice in choices:
            at -= weight
            if at < 0:
                return choice
        raise AssertionError("no choice")
