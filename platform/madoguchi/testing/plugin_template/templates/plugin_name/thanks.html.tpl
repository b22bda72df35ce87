{% extends "web/resident.html" %}
{% block title %}{% translate "お送りいただきました" %}{% endblock %}
{% block content %}
<h1>{% translate "お送りいただきました" %}</h1>
<p>{% translate "職員が読みます。ありがとうございました。" %}</p>
{% endblock %}
