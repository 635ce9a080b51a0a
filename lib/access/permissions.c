#include <access/actor.h>

#define OWN  ACCESS_OWN
#define TEAM ACCESS_TEAM
#define ALL  ACCESS_ALL
#define NONE ACCESS_NONE

/* agent, supervisor, admin. Rows without an owner (reps) are reached by any scope but NONE. */
const access_permission access_permissions[] = {
    {"session", {ALL, ALL, ALL}, "know who one is"},
    {"rep.read", {ALL, ALL, ALL}, "see reps and prospects"},
    {"rep.account", {ALL, ALL, ALL}, "see what reps owe, their invoices and payments"},
    {"rep.profile", {ALL, ALL, ALL}, "change what the CRM knows of a rep"},
    {"prospect.write", {ALL, ALL, ALL}, "make and change prospects"},
    {"prospect.link", {NONE, ALL, ALL}, "say which rep a prospect has become"},
    {"interaction.read", {TEAM, TEAM, ALL}, "read conversations"},
    {"interaction.write", {OWN, TEAM, ALL}, "record and change conversations"},
    {"task.read", {TEAM, TEAM, ALL}, "read tasks"},
    {"task.write", {OWN, TEAM, ALL}, "make, change and complete tasks"},
    {"task.assign", {TEAM, TEAM, ALL}, "give tasks to these people"},
    {"note.analyse", {TEAM, TEAM, ALL}, "let the intelligence read a note; see its proposals"},
    {"suggestion.decide", {OWN, TEAM, ALL}, "accept, edit or reject a proposal"},
    {"voice_note.read", {TEAM, TEAM, ALL}, "read voice notes"},
    {"voice_note.listen", {OWN, TEAM, ALL}, "listen to recordings"},
    {"voice_note.write", {OWN, TEAM, ALL}, "record, correct, review and delete voice notes"},
    {"checklist.read", {ALL, ALL, ALL}, "see what must be said in a conversation"},
    {"checklist.write", {NONE, ALL, ALL}, "say what must be said in a conversation"},
    {"record.archive", {OWN, TEAM, ALL}, "archive, restore, undo"},
    {"record.export", {TEAM, TEAM, ALL}, "take lists out"},
    {"record.import", {NONE, TEAM, ALL}, "bring lists in"},
    {"notification", {OWN, OWN, OWN}, "read one's own notifications"},
    {"worklog", {OWN, TEAM, ALL}, "see a person's work log"},
    {"kpi", {OWN, TEAM, ALL}, "see a person's figures"},
    {"search", {TEAM, TEAM, ALL}, "search"},
    {"view", {OWN, OWN, OWN}, "keep one's own views"},
    {"event.read", {TEAM, TEAM, ALL}, "hear of changes"},
    {"user.read", {TEAM, TEAM, ALL}, "see colleagues"},
    {"user.manage", {NONE, NONE, ALL}, "make people, change roles, passwords"},
    {"audit", {NONE, NONE, ALL}, "read the audit log"},
    {"path", {NONE, NONE, ALL}, "make secret paths"},
    {"metrics", {NONE, NONE, ALL}, "see how the service does"},
    {"report", {NONE, TEAM, ALL}, "see what the intelligence did, cost and how it was taken"},
    {"provider", {NONE, NONE, ALL}, "see and test the providers"},
    {"job", {NONE, NONE, ALL}, "see and retry jobs"},
    {0},
};
