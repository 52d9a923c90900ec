import django.db.models.deletion
from cspr.audit.triggers import no_change_without_event
from django.db import migrations, models
from reviews.questions.library import WORD, words_of


def enter_what_is_public(apps, schema_editor):
    """Reviews published before can be found by their words, too; what they are about, staff have to say."""
    Term = apps.get_model("reviews", "LibraryTerm")
    for publication in apps.get_model("reviews", "Publication").objects.all():
        text = [publication.title, publication.reviewer, *publication.sections.values()]
        text += [words for row in publication.recommendations for words in (row["text"], row["owner"])]
        extent = "improvements" if publication.improvements_only else "report"
        text += [finding["text"] for finding in publication.findings]
        terms = [("extent", extent), *(("theme", theme) for theme in publication.themes)]
        terms += [(WORD, word) for word in words_of("\n".join(text))]
        Term.objects.bulk_create(Term(publication=publication, kind=k, value=v) for k, v in terms)


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0015_findings'),
    ]

    operations = [
        migrations.AddField(
            model_name='practicereview',
            name='catalogue',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='LibraryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('value', models.CharField(max_length=40)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='reviews.publication')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'value'], name='library_term')],
                'constraints': [models.UniqueConstraint(fields=('publication', 'kind', 'value'), name='one_library_term')],
            },
        ),
        migrations.RunPython(enter_what_is_public, migrations.RunPython.noop),
        no_change_without_event("reviews_practicereview"),
    ]
