// What the test runs: makes small things and uses them. Nothing here knows of the lab: the address and the
// keys come from the environment, as everywhere with this SDK.
const fs = require("node:fs");
const { Lambda } = require("@aws-sdk/client-lambda");
const { S3 } = require("@aws-sdk/client-s3");
const { SFN } = require("@aws-sdk/client-sfn");
const { SQS } = require("@aws-sdk/client-sqs");
const { SSM } = require("@aws-sdk/client-ssm");
const { STS } = require("@aws-sdk/client-sts");

async function refusal(call) {
  try {
    await call;
    return "none";
  } catch (error) {
    return error.name;
  }
}

async function main(role, zip) {
  const told = {};
  told.user = (await new STS().getCallerIdentity({})).Arn;

  const s3 = new S3();
  await s3.createBucket({ Bucket: "js-bucket" });
  await s3.putObject({ Bucket: "js-bucket", Key: "uploads/ก ข.csv", Body: "a,b\n" });
  const found = await s3.getObject({ Bucket: "js-bucket", Key: "uploads/ก ข.csv" });
  told.object = await found.Body.transformToString();

  const sqs = new SQS();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "js-queue" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "hello" });
  told.message = (await sqs.receiveMessage({ QueueUrl })).Messages[0].Body;

  const ssm = new SSM();
  await ssm.putParameter({ Name: "/js/mine", Value: "v", Type: "String" });
  told.parameter = (await ssm.getParameter({ Name: "/js/mine" })).Parameter.Value;
  told.refusal = await refusal(ssm.getParameter({ Name: "/others/theirs" }));

  const lambda = new Lambda();
  const FunctionName = "js-greeter";
  await lambda.createFunction({
    FunctionName,
    Runtime: "python3.12",
    Handler: "handler.lambda_handler",
    Role: role,
    Code: { ZipFile: fs.readFileSync(zip) },
  });
  let state = "Pending";
  while (state === "Pending") {
    state = (await lambda.getFunctionConfiguration({ FunctionName })).State;
  }
  const Payload = JSON.stringify({ name: "JavaScript" });
  const answer = await lambda.invoke({ FunctionName, Payload });
  told.function = JSON.parse(answer.Payload.transformToString());

  const sfn = new SFN();
  const { stateMachineArn } = await sfn.createStateMachine({
    name: "js-machine",
    roleArn: role,
    definition: JSON.stringify({
      StartAt: "Greet",
      States: {
        Greet: {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Parameters: { FunctionName, Payload: { name: "Step Functions" } },
          OutputPath: "$.Payload",
          End: true,
        },
      },
    }),
  });
  const { executionArn } = await sfn.startExecution({ stateMachineArn });
  let execution = { status: "RUNNING" };
  while (execution.status === "RUNNING") {
    execution = await sfn.describeExecution({ executionArn });
  }
  told.execution = JSON.parse(execution.output ?? "null");
  console.log(JSON.stringify(told));
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
