"""grow.py HEADER OUT: the header as a version to come might have it, with members at the end of every struct that may
grow, for the tests of the plugin interface."""
import re, sys

text = open(sys.argv[1]).read()
fixed = ('mcrm_plugin_texts', 'mcrm_http_field')
count = 0


def grown(match):
    global count
    if match.group(2) in fixed:
        return match.group(0)
    count += 1
    return match.group(1) + '  int64_t more[7];\n} ' + match.group(2) + ';'


text = re.sub(r'(typedef struct \w+ \{\n(?:(?!\n\}).)*\n)\} (\w+);', grown, text, flags=re.S)
text = re.sub(r'MCRM_PLUGIN_ABI_MINOR = \d+', 'MCRM_PLUGIN_ABI_MINOR = 9', text)
if count < 15:
    sys.exit('only %d structs grew' % count)
open(sys.argv[2], 'w').write(text)
