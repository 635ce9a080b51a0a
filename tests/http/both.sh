# The loop twice: by Sara through HTTP, and by Mina through the command line. Every answer must be the same but for ids
# and moments. Needs: note, plain, a session of sara's.
for way in http cli; do
  ask() { # OPERATION PATH JSON
    if [ $way = http ]; then
      if [ -n "$3" ]; then post "$2" "$3"; else get "$2"; fi
      [ "$code" = 200 ] || wrong "$1 answered $code: $(head -c 300 out)"
    else
      $cli call "$1" "${4:-${3:-"{}"}}" --as mina >out || wrong "$1: $(head -c 300 out)"
    fi
    jq -S "$plain" out >>$way.answers
  }
  ask prospect.create /prospects '{"name":"موبایل رضایی"}'
  rep=$(jq -r .id out)
  ask interaction.log /interactions "{\"rep_id\":\"$rep\",\"type\":\"call\",\"notes\":\"$note\"}"
  interaction=$(jq -r .id out)
  ask note.analyse /notes/analyse "{\"text\":\"$note\",\"interaction_id\":\"$interaction\"}"
  for id in $(jq -r '.suggestions[].id' out); do
    ask suggestion.decide "/suggestions/$id" '{"decision":"accept"}' "{\"id\":\"$id\",\"decision\":\"accept\"}"
  done
  ask task.list "/tasks?rep_id=$rep" '' "{\"rep_id\":\"$rep\"}"
  for id in $(jq -r '.items[].id' out); do
    ask task.complete "/tasks/$id/complete" '{}' "{\"id\":\"$id\"}"
  done
  ask worklog.get /worklog ''
  ask rep.timeline "/reps/$rep/timeline" '' "{\"id\":\"$rep\"}"
done
[ "$(jq -s 'length' http.answers)" -ge 10 ] || wrong "too few answers"
cmp -s http.answers cli.answers || wrong "the two ways differ: $(diff http.answers cli.answers | head -20)"
