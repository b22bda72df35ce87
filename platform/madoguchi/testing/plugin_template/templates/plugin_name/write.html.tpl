{% extends "web/resident.html" %}
{% block title %}{% translate "PLUGIN_LABEL" %}{% endblock %}
{% block content %}
<h1>{% translate "PLUGIN_LABEL" %}</h1>
<c-error-summary :form="form" />
<form method="post" novalidate>
  {% csrf_token %}
  <c-field :field="form.text" />
  <div class="r-actions"><c-button kind="primary" large="1" block="1">{% translate "送る" %}</c-button></div>
</form>
{% endblock %}
