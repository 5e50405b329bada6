"""The public page of an institution on Django with django-tenants: what `page` measures against."""
