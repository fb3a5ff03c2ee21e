"""How often something was removed or erased: no old page stands in for what is gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("news", "0027_key_misses")]

    operations = [
        migrations.AddField(
            model_name="epoch",
            name="removals",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]
