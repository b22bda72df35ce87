from django.db import migrations

ALLOW_WHAT_IS_ON = """
UPDATE tenants_contract AS contract
   SET rules = jsonb_set(contract.rules, '{plugins}', coalesce(
           (SELECT jsonb_agg(plugin ORDER BY plugin) FROM tenants_pluginswitch AS switch
             WHERE switch.city_id = contract.city_id AND is_on), '[]'::jsonb))
 WHERE NOT contract.rules ? 'plugins'
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_fleet")]

    operations = [migrations.RunSQL(ALLOW_WHAT_IS_ON, migrations.RunSQL.noop)]
