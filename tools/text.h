/* marfacrm text WHAT [--now T] [--lang fa|en]: lines in, JSON objects out. */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

/* argv[0] is "text". The program's exit code: 1 where a line was refused, 2 where the arguments are wrong. */
int command_text(int argc, char **argv);

#endif
