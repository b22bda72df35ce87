{% extends "web/staff.html" %}
{% block title %}{% translate "PLUGIN_LABEL" %}{% endblock %}
{% block heading %}{% translate "PLUGIN_LABEL" %}{% endblock %}
{% block content %}
{% if notes %}
<c-table label="{% translate 'PLUGIN_LABEL' %}">
  <thead><tr><th scope="col">{% translate "日時" %}</th><th scope="col">{% translate "内容" %}</th><th scope="col">{% translate "操作" %}</th></tr></thead>
  <tbody>
    {% for note in notes %}
    <tr>
      <td class="mono">{{ note.written_at|wareki_moment }}</td>
      <td class="wrap">{{ note.text }}</td>
      <td><form method="post" action="{% url 'plugin_name_staff:close' note.id %}">{% csrf_token %}<c-button>{% translate "確認済みにする" %}</c-button></form></td>
    </tr>
    {% endfor %}
  </tbody>
</c-table>
{% else %}
<c-empty>{% translate "書き込みはありません。" %}</c-empty>
{% endif %}
{% endblock %}
