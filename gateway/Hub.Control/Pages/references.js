// The cross references of one connector: its rows, and a form that sets one. The calls are those of hub xref.
'use strict';

const tables = ['items', 'units', 'taxes', 'locations', 'services', 'payments'];

// A change of the connectors' names makes the list anew; what was chosen stays chosen.
function showReferences(connectors) {
  const names = connectors.map(connector => connector.name);
  const chosen = $('xref-connector');
  $('xref-card').hidden = names.length === 0;
  $('xref-form').hidden = $('xref-import').hidden = session.role === 'viewer';
  if (names.join() === [...chosen.options].map(option => option.value).join()) return;
  const before = chosen.value;
  chosen.replaceChildren(...names.map(name => element('option', name)));
  if (names.includes(before)) chosen.value = before;
  loadReferences();
}

async function loadReferences() {
  const connector = $('xref-connector').value;
  if (!connector) return;
  $('xref-export').href = `/api/xref/${encodeURIComponent(connector)}/csv`;
  $('xref-export').setAttribute('download', `${connector}.csv`);
  try {
    const rows = await call('GET', `/api/xref/${encodeURIComponent(connector)}`);
    if (connector === $('xref-connector').value) fill('xref-rows', rows.map(row => referenceRow(connector, row)), 'No rows. Where items is empty, articles are called by their SKU.');
  } catch (problem) {
    fill('xref-rows', [], problem.message);
  }
}

function referenceRow(connector, row) {
  const actions = element('td', null, 'actions');
  if (session.role !== 'viewer') {
    const remove = element('button', 'Remove', 'plain');
    remove.addEventListener('click', () => changeReference('remove', { connector, table: row.table, key: row.key }));
    actions.append(remove);
  }
  return [cell(row.table), cell(element('span', row.key, 'mono')), cell(element('span', row.value, 'mono')), actions];
}

async function changeReference(verb, request) {
  try {
    const answer = await call('POST', `/api/xref/${verb}`, request);
    tell(answer.changed === 1 ? 'One row changed.' : `${answer.changed} rows changed.`);
    if (verb === 'set') $('xref-key').value = $('xref-value').value = '';
  } catch (problem) {
    if (problem.status === 401) { showLogin(); return; }
    tell(problem.message, true);
  }
  await loadReferences();
}

$('xref-table').replaceChildren(...tables.map(name => element('option', name)));
$('xref-connector').addEventListener('change', loadReferences);
$('xref-form').addEventListener('submit', event => {
  event.preventDefault();
  changeReference('set', { connector: $('xref-connector').value, table: $('xref-table').value, key: $('xref-key').value, value: $('xref-value').value });
});
$('xref-file').addEventListener('change', async () => {
  const [file] = $('xref-file').files;
  if (file) await changeReference('import', { connector: $('xref-connector').value, csv: await file.text() });
  $('xref-file').value = '';
});
