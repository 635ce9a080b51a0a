"""Every error key that the library's sources use has a sentence of its own, in Persian and in English.
A key is the fourth argument of error_set, or any "noun.word" in the sources that names nothing else."""
import pathlib, re, sys

root = pathlib.Path(sys.argv[1])
# Names of the journal's origins, of files and of routes; a column in SQL.
OTHER = {'ai.call', 'audit.verify', 'database.copy', 'database.restore', 'event.stream', 'idempotency.expire',
         'index.html', 'marfacrm.key', 'marfacrm.voice', 'openapi.json', 'r.id', 'session.hand_over', 'session.identify',
         'session.login', 'session.logout'}
WORD = re.compile(r'"([a-z_0-9]+\.[a-z_0-9]+)"')
KEY = re.compile(r'error_set\(\s*[^,()]+,\s*[^,()]+(?:\([^()]*\))?,\s*[^,]+,\s*"([a-z_0-9.]+)"')
# Tables of other names, and SQL of the host's columns.
TABLES = ('api/operations.c', 'api/typed.c', 'api/error_sentences.c', 'host/preset.c')


def names():
    known = set(OTHER)
    for file in ('lib/access/permissions.c', 'lib/config/option.c', 'lib/crm/work.c', 'lib/crm/voice_note.c',
                 'lib/api/operations.c'):
        text = (root / file).read_text()
        if file.endswith('voice_note.c'):  # the kinds of its jobs
            known |= set(re.findall(r'_kind\[\] = "([^"]+)"', text))
        else:
            known |= set(WORD.findall(text))
    return known | set(re.findall(r'[a-z_]+\.[a-z_]+', (root / 'docs/operations.md').read_text()))


def sentences(text):
    rows = re.findall(r'\{"([a-z_0-9.]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', text)
    return [(key, fa.replace('"', ''), en.replace('"', '')) for key, fa, en in rows]


def used(sources):
    known, keys = names(), {}
    for name, text in sources:
        text = re.sub(r'#include[^\n]*|operation = "[^"]*"', '', text)  # the journal's origins are no errors
        for key in set(KEY.findall(text)) | (set(WORD.findall(text)) - known):
            keys.setdefault(key, name)
    return keys


table = sentences((root / 'lib/api/error_sentences.c').read_text())
have = {row[0] for row in table}
sources = [(str(f.relative_to(root)), f.read_text()) for f in sorted((root / 'lib').rglob('*.c'))
           if '/data/' not in str(f) and not str(f).endswith(TABLES)]
faults = [f'{key}: no sentence ({where})' for key, where in used(sources).items() if key not in have]
faults += [f'{key}: stands twice' for key in have if sum(row[0] == key for row in table) > 1]
for key, fa, en in table:
    if not re.search('[\u0600-\u06ff]', fa) or not fa.strip().endswith(('.', '؟')):
        faults.append(f'{key}: the Persian is no Persian sentence')
    if re.search('[\u0643\u064a\u0660-\u0669]', fa):
        faults.append(f'{key}: letters or digits of Arabic')
    if re.search('[\u0600-\u06ff]', en) or not en.strip().endswith('.'):
        faults.append(f'{key}: the English is no English sentence')
if len(have) < 200 or len(used(sources)) < 200:
    faults.append('the sources or the table were not read')
# The controls: a key that nobody has written for is found, either way.
found = used([('control', 'return error_set(error, MCRM_IO, NULL, "unheard", "x"); fail("never.heard");')])
if set(found) != {'unheard', 'never.heard'}:
    faults.append(f'the controls are not found: {found}')
print('\n'.join(faults) or f'{len(have)} sentences, {len(used(sources))} keys in use')
sys.exit(bool(faults))
