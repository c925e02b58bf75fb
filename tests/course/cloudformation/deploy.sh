# Deploy pipeline.yaml as AWS's command line does it, then what CloudFormation leaves out here: see there.
set -euo pipefail
aws() { scripts/lab aws "$@"; }
here=$1
buckets=pipeline-raw-stack-$LAB_ACCOUNT
function=arn:aws:lambda:$AWS_REGION:$LAB_ACCOUNT:function:csv-validator
topic=arn:aws:sns:$AWS_REGION:$LAB_ACCOUNT:pipeline-notifications

aws s3 mb "s3://code-$LAB_ACCOUNT"
aws cloudformation package --template-file "$here/pipeline.yaml" \
  --s3-bucket "code-$LAB_ACCOUNT" --output-template-file my/packaged.yaml
aws cloudformation deploy --template-file my/packaged.yaml --stack-name pipeline \
  --capabilities CAPABILITY_NAMED_IAM --parameter-overrides "Suffix=$LAB_ACCOUNT" "Email=$EMAIL" \
  "Visibility=$VISIBILITY" "Window=$WINDOW" "AlarmPeriod=$ALARM_PERIOD"

for folder in uploads failed; do
  aws s3api put-object --bucket "$buckets" --key "$folder/"
done
aws lambda add-permission --function-name csv-validator --statement-id bucket \
  --action lambda:InvokeFunction --principal s3.amazonaws.com \
  --source-arn "arn:aws:s3:::$buckets" --source-account "$LAB_ACCOUNT"
aws s3api put-bucket-notification-configuration --bucket "$buckets" \
  --notification-configuration "{\"LambdaFunctionConfigurations\": [{
    \"LambdaFunctionArn\": \"$function\", \"Events\": [\"s3:ObjectCreated:*\"],
    \"Filter\": {\"Key\": {\"FilterRules\": [{\"Name\": \"prefix\", \"Value\": \"uploads/\"}]}}}]}"
sed -e "s/REGION/$AWS_REGION/; s/ACCOUNT/$LAB_ACCOUNT/" "$here/dashboard.json" > my/dashboard.json
aws cloudwatch put-dashboard --dashboard-name csv-pipeline-dashboard \
  --dashboard-body file://my/dashboard.json

token=$(curl -s "$ENDPOINT/_aws/ses" | grep -o "${topic//:/%3A}&Token=[0-9a-f]*" | tail -1 | cut -d= -f2)
aws sns confirm-subscription --topic-arn "$topic" --token "$token"
