// The cross references of one connector: its rows, those that orders wait for, and a form that sets one. The calls are those of hub xref.
'use strict';

const tables = ['items', 'units', 'taxes', 'locations', 'services', 'payments'];
let lastReferenceChange = null;

// A change of the connectors' names makes the list anew; what was chosen stays chosen. Rows are read again when somebody changed some.
function showReferences(connectors, audit) {
  const names = connectors.map(connector => connector.name);
  const chosen = $('xref-connector');
  $('xref-card').hidden = names.length === 0;
  $('xref-form').hidden = $('xref-import').hidden = session.role === 'viewer';
  const change = audit.find(row => row.action.startsWith('xref '))?.at ?? null;
  const changed = change !== lastReferenceChange;
  lastReferenceChange = change;
  if (names.join() !== [...chosen.options].map(option => option.value).join()) {
    const before = chosen.value;
    chosen.replaceChildren(...names.map(name => element('option', name)));
    if (names.includes(before)) chosen.value = before;
  } else if (!changed) return;
  loadReferences();
}

async function loadReferences() {
  const connector = $('xref-connector').value;
  if (!connector) return;
  $('xref-export').href = `/api/xref/${encodeURIComponent(connector)}/csv`;
  $('xref-export').setAttribute('download', `${connector}.csv`);
  try {
    const [rows, all] = await Promise.all([call('GET', `/api/xref/${encodeURIComponent(connector)}`), call('GET', '/api/xref')]);
    if (connector !== $('xref-connector').value) return;
    fill('xref-rows', rows.map(row => referenceRow(connector, row)), 'No rows. Where items is empty, articles are called by their SKU.');
    $('xref-missing').replaceChildren(...all.flatMap(table => (table.missing ?? []).map(key => missingRow(table, key))));
  } catch (problem) {
    fill('xref-rows', [], problem.message);
    $('xref-missing').replaceChildren();
  }
}

function referenceRow(connector, row) {
  const actions = element('td', null, 'actions');
  if (session.role !== 'viewer') {
    const remove = element('button', 'Remove …', 'plain');
    remove.addEventListener('click', () => removeReference(connector, row));
    actions.append(remove);
  }
  return [still(cell(row.table)), cell(element('span', row.key, 'mono')), cell(element('span', row.value, 'mono')), actions];
}

// A row that parked orders wait for, of any connector: a click puts it into the form.
function missingRow(table, key) {
  const item = element('li');
  item.append(`Orders wait for a row of ${table.connector}: ${table.table} `, element('span', key, 'mono'), ' ');
  if (session.role !== 'viewer') {
    const enter = element('button', 'Enter …', 'plain');
    enter.addEventListener('click', () => {
      if ($('xref-connector').value !== table.connector) { $('xref-connector').value = table.connector; loadReferences(); }
      $('xref-table').value = table.table;
      $('xref-key').value = key;
      $('xref-value').focus();
    });
    item.append(enter);
  }
  return item;
}

async function removeReference(connector, row) {
  const answer = await ask(`Remove '${row.key}' from ${row.table} of ${connector}`, 'An order that needs it is parked from now on.', 'Remove', {});
  if (answer) await changeReference('remove', { connector, table: row.table, key: row.key, reason: answer.reason });
}

async function importReferences(file) {
  const connector = $('xref-connector').value;
  const answer = await ask(`Import ${file.name} into ${connector}`, 'All of its rows are taken, or none where a line is wrong.', 'Import', { replace: true });
  if (answer) await changeReference('import', { connector, csv: await file.text(), replace: answer.replace, reason: answer.reason });
}

async function changeReference(verb, request) {
  try {
    const answer = await call('POST', `/api/xref/${verb}`, request);
    tell(answer.changed === 0 ? 'Nothing changed.' : answer.changed === 1 ? 'One row changed.' : `${answer.changed} rows changed.`);
    if (verb === 'set') $('xref-key').value = $('xref-value').value = $('xref-reason').value = '';
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
  changeReference('set', {
    connector: $('xref-connector').value, table: $('xref-table').value, key: $('xref-key').value, value: $('xref-value').value, reason: $('xref-reason').value || null,
  });
});
$('xref-file').addEventListener('change', async () => {
  const [file] = $('xref-file').files;
  if (file) await importReferences(file);
  $('xref-file').value = '';
});
