/* Jobs. See <marfacrm/job.h>. */
#include <marfacrm/job.h>
#include <model/entities.h>

static const char *const job_states[] = {"waiting", "running", "done", "dead", NULL};

static const model_field job_fields[] = {
    FIELDS_STORED(mcrm_job),
    FIELD_TEXT(mcrm_job, kind, .help = "task.remind | rep.check_in | host.sync | journal.seal | …"),
    FIELD_TEXT(mcrm_job, state, .choices = job_states, .help = "waiting | running | done | dead"),
    FIELD_JSON(mcrm_job, payload, .help = "what the work needs to know"),
    FIELD_TIME(mcrm_job, run_at, .help = "not before"),
    FIELD_INT(mcrm_job, every_ms, .help = "periodic: the pause between two runs; 0 = once"),
    FIELD_INT(mcrm_job, attempt, .help = "raised at each claim; also the fencing token"),
    FIELD_TIME(mcrm_job, lease_until, .help = "whoever claimed it has until then"),
    FIELD_TEXT(mcrm_job, error, .help = "of the last failed attempt"),
    FIELD_INT(mcrm_job, failures,
              .help = "attempts that failed since the last that worked; 12 = dead, unless it is periodic or patient"),
    FIELD_TEXT(mcrm_job, trace, .help = "of the request that wanted it; null: nobody's"),
};
MODEL_ENTITY(job, job_fields, .help = "Slow or periodic work.", .table = "job", .read = "job");

static const model_field job_page_fields[] = {
    FIELD_LIST(mcrm_job_page, items, job),
    FIELD_TEXT(mcrm_job_page, next, .help = "cursor of the next page; null at the end"),
};
MODEL_ENTITY(job_page, job_page_fields);

static const model_field job_filter_fields[] = {
    FIELD_TEXT(mcrm_job_filter, state, .choices = job_states),
    FIELD_TEXT(mcrm_job_filter, kind),
    FIELD_TEXT(mcrm_job_filter, cursor, .max = 300),
    FIELD_INT(mcrm_job_filter, limit, .help = "1 to 200, default 50"),
};
MODEL_ENTITY(job_filter, job_filter_fields);
