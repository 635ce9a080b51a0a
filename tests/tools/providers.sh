# What docs/providers.md shows is what the plugins take: each example is read by them, and the options are theirs.
. "$(dirname "$0")/check.sh"
page=$MARFACRM_SOURCE/docs/providers.md
plugins=$(dirname "$MARFACRM")/../lib/marfacrm/plugins
export XAI_API_KEY=xai-0123456789 OPENAI_API_KEY=sk-0123456789 GEMINI_API_KEY=g-0123456789 AZURE_API_KEY=a-0123456789 \
  GROQ_API_KEY=gsk_0123456789
openssl genrsa 2048 >rsa.key 2>/dev/null
jq -n --rawfile key rsa.key '{type: "service_account", project_id: "p", private_key_id: "k", private_key: $key,
  client_email: "crm@p.iam.gserviceaccount.com", token_uri: "https://oauth2.googleapis.com/token"}' >google.json
echo mirror-0123456789 >mirror.key
openssl req -x509 -key rsa.key -subj /CN=company -days 2 -out company.pem 2>/dev/null
chmod 600 google.json mirror.key

behaviour "every example is taken by the plugins that it names"
awk '/^```yaml$/ {n++; on = 1; next} /^```$/ {on = 0} on {print > ("example." n)}' "$page"
examples=0
for example in example.*; do
  { grep -q '^[a-z]' "$example" || echo 'providers:'; cat "$example"; } |
    sed "s|/etc/marfacrm/|$folder/|; s|/etc/ssl/|$folder/|" >ai.yaml
  grep -q '^ai:' ai.yaml || echo "ai: {egress: none, plugins: $plugins, isolation: none}" >>ai.yaml
  status=0
  "$MARFACRM" --config ai.yaml doctor provider >out 2>err || status=$?
  # Nothing is sent: egress is none, and on this machine nobody listens at these ports (or somebody does; no matter).
  jq -e '.findings | length > 0 and all(.outcome as $o | ["invalid", "not_found", "denied", "unsupported"] | index($o) | not)' \
    out >/dev/null || wrong "$example: $(cat out err ai.yaml)"
  examples=$((examples + 1))
done
[ $examples -ge 6 ] || wrong "only $examples examples were found"

behaviour "the control: an option that there is not is refused"
printf 'providers:\n  x: {plugin: grok, key: env:XAI_API_KEY, modell: y}\nai: {egress: none, plugins: %s, isolation: none}\n' "$plugins" >ai.yaml
run 1 --config ai.yaml doctor provider
says '"outcome":"invalid"'

behaviour "the page has the options as they are (make docs)"
"$MARFACRM_SOURCE/docs/print-options" "$MARFACRM" >printed
cmp -s printed "$page" || wrong "docs/providers.md is behind: $(diff printed "$page" | head -20)"
finish
