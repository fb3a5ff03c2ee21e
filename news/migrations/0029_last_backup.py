"""When the last backup was made: the site tells, so that somebody is told when there is none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("news", "0028_removals")]

    operations = [
        migrations.CreateModel(
            name="LastBackup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("byte_size", models.PositiveBigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="last_backup_is_one_row"
                    )
                ],
            },
        ),
    ]
