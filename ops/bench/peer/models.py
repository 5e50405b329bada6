"""The same tables as the product's, read through Django's ORM; none of them is made here."""

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class City(TenantMixin):
    """A municipality; a copy of the catalogue in the shared schema."""

    slug = models.CharField()
    name = models.CharField()
    phone = models.CharField()
    crest = models.CharField()

    class Meta:
        managed = False
        db_table = "peer_city"


class Host(DomainMixin):
    class Meta:
        managed = False
        db_table = "peer_host"


class Campaign(models.Model):
    id = models.UUIDField(primary_key=True)
    code = models.CharField()
    name = models.JSONField()

    class Meta:
        managed = False
        db_table = "campaign"


class Institution(models.Model):
    id = models.UUIDField(primary_key=True)
    kind = models.CharField()
    name = models.CharField()
    street = models.CharField()
    postal_code = models.CharField()
    town = models.CharField()
    district = models.CharField()
    phone = models.CharField()
    email = models.CharField()
    hours = models.CharField()
    made_up = models.BooleanField()

    class Meta:
        managed = False
        db_table = "institution"


class Unit(models.Model):
    id = models.UUIDField(primary_key=True)
    campaign = models.ForeignKey(Campaign, models.DO_NOTHING)
    institution = models.ForeignKey(Institution, models.DO_NOTHING, related_name="units")
    places = models.IntegerField()

    class Meta:
        managed = False
        db_table = "unit"
