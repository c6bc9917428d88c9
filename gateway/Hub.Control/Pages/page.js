// The control page. It calls the same API as the CLI; the session's cookie stands for the token, and the header Hub-Page
// shows that a change comes from here. Whatever came from outside is set as text, never as HTML.
'use strict';

const $ = id => document.getElementById(id);
let status = null;
let session = null;
let events = null;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function cell(...parts) {
  const td = element('td');
  td.append(...parts.filter(part => part !== null && part !== undefined));
  return td;
}

function still(td) {
  td.className = 'still';
  return td;
}

function fill(id, rows, none) {
  const made = rows.map(cells => {
    const tr = element('tr');
    tr.append(...cells);
    return tr;
  });
  if (made.length === 0) {
    const tr = element('tr');
    const only = element('td', none, 'none');
    only.colSpan = 6;
    tr.append(only);
    made.push(tr);
  }
  $(id).replaceChildren(...made);
}

const badge = (text, kind) => element('span', text, 'badge ' + kind);
const small = text => element('small', text);
const time = at => new Date(at).toLocaleTimeString([], { hour12: false });

async function call(method, path, body, headers) {
  const response = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json', 'Hub-Page': '1', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) {
    const problem = new Error(answer ? `${answer.title}. ${answer.detail ?? ''}` : `Control answered ${response.status}.`);
    problem.status = response.status;
    throw problem;
  }
  return answer;
}

function tell(text, bad) {
  $('message').textContent = text;
  $('message').className = bad ? 'bad' : '';
  $('message').hidden = !text;
}

// Asks in a dialog; resolves to what was entered, or to null.
function ask(title, text, action, fields) {
  $('ask-title').textContent = title;
  $('ask-text').textContent = text;
  $('ask-do').textContent = action;
  $('ask-share').hidden = fields.share === undefined;
  $('share').required = fields.share !== undefined;
  $('share').value = fields.share ?? '';
  $('ask-hours').hidden = !fields.hours;
  $('ask-evacuate').hidden = !fields.evacuate;
  $('ask-replace').hidden = !fields.replace;
  $('evacuate').checked = $('replace').checked = false;
  $('reason').value = '';
  const dialog = $('ask');
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'do'
    ? { share: Number($('share').value), hours: Number($('hours').value), evacuate: $('evacuate').checked, replace: $('replace').checked, reason: $('reason').value || null }
    : null), { once: true }));
}

async function change(work) {
  try {
    tell('Waiting until every live gateway plane serves it …');
    const result = await work();
    if (!result || !result.serving) { tell('Done.'); return; }
    const served = result.acknowledged
      ? `Every live gateway plane serves it: ${result.serving.planes} of ${result.serving.of}.`
      : `Not acknowledged: ${result.serving.planes} of ${result.serving.of} gateway planes serve it.`;
    tell([...result.changes, served, ...result.serving.silent].join('\n'), !result.acknowledged);
  } catch (problem) {
    if (problem.status === 401) { showLogin(); return; }
    tell(problem.message, true);
  }
}

async function shift(group) {
  const revision = status.revision; // What was seen when the decision was made.
  const answer = await ask(`Shift ${group.name}`, `Now ${group.share} % of the customers read it from New.`, 'Shift', { share: group.share });
  if (answer) await change(() => call('POST', `/api/groups/${encodeURIComponent(group.name)}/shift`,
    { share: answer.share, reason: answer.reason, wait: true }, { 'If-Match': `"${revision}"` }));
}

async function rollback(group) {
  const answer = await ask(group ? `Roll ${group.name} back` : 'Roll all groups back', 'Reads go to legacy at the next request.', 'Roll back', { evacuate: true });
  if (answer) await change(() => call('POST', group ? `/api/groups/${encodeURIComponent(group.name)}/rollback` : '/api/groups/rollback',
    { evacuate: answer.evacuate, reason: answer.reason, wait: true }));
}

async function freeze() {
  if (status.frozenUntil) { await change(() => call('DELETE', '/api/freeze')); return; }
  const answer = await ask('Freeze', 'Until its end nothing climbs or flips. Rollback works.', 'Freeze', { hours: true });
  if (answer) await change(() => call('PUT', '/api/freeze',
    { until: new Date(Date.now() + answer.hours * 3600000).toISOString(), reason: answer.reason }));
}

function groupRow(group) {
  const bar = element('progress');
  bar.max = 100;
  bar.value = group.share;
  const share = cell(bar, `${group.share}\u00a0% `, group.rolledBack ? badge('rolled back', 'bad') : null);
  const all = group.serving.planes === group.serving.of && group.serving.of > 0;
  const served = cell(badge(`${group.serving.planes} of ${group.serving.of}`, all ? 'good' : 'warn'), ...group.serving.silent.map(small));
  const changed = group.changedAt
    ? cell(`${time(group.changedAt)} by ${group.changedBy}`, group.reason ? small(group.reason) : null)
    : cell(element('span', 'never', 'quiet'));
  const actions = element('td', null, 'actions');
  if (session.role !== 'viewer') {
    const up = element('button', 'Shift …');
    up.disabled = Boolean(status.frozenUntil);
    up.addEventListener('click', () => shift(group));
    const back = element('button', 'Roll back …', 'danger');
    back.addEventListener('click', () => rollback(group));
    actions.append(up, ' ', back);
  }
  return [cell(element('strong', group.name), small(group.routes.join(', '))), share, served, changed, actions];
}

function lag(dataset) {
  if (dataset.lagSeconds === null || dataset.lagSeconds === undefined) return '';
  return `${dataset.lagSeconds < 1 ? 'less than 1 s' : Math.round(dataset.lagSeconds) + ' s'} behind, ${dataset.lagEvents ?? 0} waiting`;
}

function show(next) {
  status = next;
  $('board').hidden = false;
  $('revision').textContent = `revision ${status.revision}`;
  $('frozen').hidden = !status.frozenUntil;
  $('frozen').textContent = status.frozenUntil ? `frozen until ${new Date(status.frozenUntil).toLocaleString()}` : '';
  $('freeze').textContent = status.frozenUntil ? 'Unfreeze' : 'Freeze …';
  $('problems-card').hidden = status.problems.length === 0;
  $('problems').replaceChildren(...status.problems.map(text => element('li', text)));
  $('next').replaceChildren(...status.next.map(text => element('li', text)));
  fill('groups', status.groups.map(groupRow), 'No document is in force: hub apply -c hub.json');
  fill('planes', status.planes.map(plane => [
    cell(element('strong', plane.plane), small(`${plane.role} ${plane.version}`)),
    cell(badge(plane.live ? 'live' : 'silent', plane.live ? 'good' : 'bad')),
    cell(element('span', plane.serves, 'mono'), small(`heard ${time(plane.lastReport)}`))]), 'None has connected.');
  fill('datasets', status.datasets.map(dataset => [
    cell(element('strong', dataset.name), small(dataset.state === 'held per customer' ? '' : `owned by ${dataset.owner}`)),
    cell(badge(dataset.state, dataset.problems.length ? 'bad' : 'good')), cell(lag(dataset))]), 'No migration plane is connected.');
  fill('connectors', status.connectors.map(connector => [
    cell(element('strong', connector.name), small(connector.vendor)),
    cell(badge(connector.state, connector.state === 'failing' ? 'bad' : connector.state === 'up' ? 'good' : '')),
    cell(`${connector.calls} calls, ${connector.failures} failed`, small(connector.waiting ? `${connector.waiting} waiting` : ''))]), 'No adapters plane is connected.');
  showReferences(status.connectors, status.lastHour);
  fill('audit', status.lastHour.map(row => [
    still(cell(time(row.at))), cell(element('strong', `${row.action} ${row.subject}`), row.reason ? small(row.reason) : null),
    cell(row.before || row.after ? `${row.before ?? ''} → ${row.after ?? ''}` : ''), still(cell(row.by, small(row.from)))]), 'Nothing.');
}

function showLogin() {
  if (events) events.close();
  session = null;
  $('board').hidden = $('logout').hidden = $('live').hidden = true;
  $('who').textContent = $('revision').textContent = '';
  $('login').hidden = false;
  $('token').focus();
}

async function start() {
  try {
    session = await call('GET', '/api/session');
  } catch {
    showLogin();
    return;
  }
  $('login').hidden = true;
  $('logout').hidden = $('live').hidden = false;
  setLive(false);
  $('who').textContent = `${session.name} (${session.role})`;
  $('all-actions').hidden = session.role === 'viewer';
  events = new EventSource('/api/events');
  events.addEventListener('status', event => { setLive(true); show(JSON.parse(event.data)); });
  events.addEventListener('error', () => {
    setLive(false);
    // The browser connects again by itself, unless it was refused: then the session has ended.
    if (events.readyState === EventSource.CLOSED) setTimeout(start, 1000);
  });
}

function setLive(live) {
  $('live').textContent = live ? 'live' : 'connecting …';
  $('live').className = `badge ${live ? 'good' : 'warn'}`;
}

$('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  try {
    await call('POST', '/api/session', { token: $('token').value });
    $('login-problem').textContent = $('token').value = '';
    await start();
  } catch (problem) {
    $('login-problem').textContent = problem.message;
  }
});
$('logout').addEventListener('click', async () => { await call('DELETE', '/api/session'); showLogin(); });
$('rollback-all').addEventListener('click', () => rollback(null));
// No submit button: the Enter key would take the first one of the form, and that is this.
$('ask-cancel').addEventListener('click', () => $('ask').close(''));
$('freeze').addEventListener('click', freeze);
start();
