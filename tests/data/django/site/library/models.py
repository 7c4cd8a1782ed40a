"""A library: books, copies, loans, with what Django has in indexes and constraints."""
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Author(models.Model):
    name = models.CharField(max_length=120, db_index=True)
    born = models.DateField(null=True, blank=True)


class Subject(models.Model):
    slug = models.SlugField(unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)


class Book(models.Model):
    isbn = models.CharField(max_length=13, unique=True)
    title = models.CharField(max_length=300)
    authors = models.ManyToManyField(Author, through="Authorship")
    subjects = models.ManyToManyField(Subject, related_name="books")
    pages = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    extra = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["title", "-pages"], name="book_by_title"),
            models.Index(fields=["price"], name="book_cheap", condition=Q(title__startswith="100%")),
        ]
        constraints = [models.CheckConstraint(check=Q(pages__gt=0) | Q(title="it's empty"), name="book_has_pages")]


class Authorship(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    position = models.SmallIntegerField(default=1)

    class Meta:
        unique_together = [("book", "author")]


class Item(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    acquired = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Copy(Item):
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    shelf = models.CharField(max_length=20, blank=True)
    scan = models.BinaryField(null=True)


class RareCopy(Copy):
    insured_for = models.FloatField()


class Loan(models.Model):
    copy = models.OneToOneField(Copy, on_delete=models.CASCADE)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    length = models.DurationField(null=True)
    returned = models.BooleanField(default=False)

    class Meta:
        db_table = "library loans"
        constraints = [
            models.CheckConstraint(check=Q(until__gt=F("since")), name="loan_ends_later"),
            models.UniqueConstraint(fields=["reader", "copy"], condition=Q(returned=False), name="loan_once"),
        ]


class Shown(Book):
    class Meta:
        proxy = True


class Elsewhere(models.Model):
    class Meta:
        managed = False
