from madoguchi.hooks import apps


class CmsConfig(apps.PluginConfig):
    name = "cms"
    label = "cms"
    verbose_name = "ホームページ"
    default = True
