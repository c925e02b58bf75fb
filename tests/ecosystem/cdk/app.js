// What the test deploys: a function with its queue and its bucket.
const cdk = require("aws-cdk-lib");
const lambda = require("aws-cdk-lib/aws-lambda");
const s3 = require("aws-cdk-lib/aws-s3");
const sqs = require("aws-cdk-lib/aws-sqs");
const { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");

class Greeter extends cdk.Stack {
  constructor(scope, name) {
    super(scope, name, { stackName: "cdk-greeter" });
    const jobs = new sqs.Queue(this, "Jobs");
    const seen = new s3.Bucket(this, "Seen");
    const greeter = new lambda.Function(this, "Greeter", {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: "handler.lambda_handler",
      code: lambda.Code.fromAsset("greeter"),
      timeout: cdk.Duration.seconds(10),
      environment: { BUCKET: seen.bucketName },
    });
    greeter.addEventSource(new SqsEventSource(jobs, { batchSize: 1 }));
    seen.grantPut(greeter);
    new cdk.CfnOutput(this, "Queue", { value: jobs.queueUrl });
    new cdk.CfnOutput(this, "Bucket", { value: seen.bucketName });
    new cdk.CfnOutput(this, "Function", { value: greeter.functionName });
  }
}

new Greeter(new cdk.App(), "Greeter");
