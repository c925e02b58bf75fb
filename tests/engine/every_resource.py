"""One resource of each kind that the services of a state offer through their APIs."""

import base64
import io
import json
import time
import zipfile
from collections import defaultdict
from typing import Any

from botocore.exceptions import ClientError

from tests.engine.conftest import REGION, LocalStack
from tests.engine.functions import create_role, only
from tests.engine.waiting import wait_for_function

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


class Maker:
    """Makes resources, and notes what was asked for and how it was answered.

    Args:
        localstack: Where.
    """

    def __init__(self, localstack: LocalStack) -> None:
        self.localstack = localstack
        self.made: dict[str, set[str]] = defaultdict(set)
        self.refused: dict[str, str] = {}

    def __call__(self, service: str, operation: str, **parameters: Any) -> Any:
        """Call an operation; None if it is refused."""
        client = self.localstack.client(service)
        name = client.meta.method_to_api_mapping[operation]
        try:
            answer = getattr(client, operation)(**parameters)
        except ClientError as error:
            self.refused[f"{service}:{name}"] = str(error)
            return None
        self.made[service].add(name)
        return answer


def make_everything(localstack: LocalStack) -> Maker:
    """Make one resource of each kind, in the services' order."""
    maker = Maker(localstack)
    for make in (_sqs, _sns, _s3, _iam, _sts, _lambda, _logs, _cloudwatch, _stepfunctions, _ses):
        make(maker)
    return maker


def _sqs(make: Maker) -> None:
    dead = make("sqs", "create_queue", QueueName="every-dead")["QueueUrl"]
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    ordered = make("sqs", "create_queue", QueueName="every.fifo", Attributes=fifo)["QueueUrl"]
    url = make("sqs", "create_queue", QueueName="every", tags={"a": "b"})["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:000000000000:every-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "3"})
    make("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"RedrivePolicy": redrive})
    make("sqs", "tag_queue", QueueUrl=url, Tags={"c": "d"})
    make("sqs", "add_permission", QueueUrl=url, Label="l", AWSAccountIds=["111111111111"],
         Actions=["SendMessage"])  # fmt: skip
    attribute = {"n": {"DataType": "String", "StringValue": "v"}}
    make("sqs", "send_message", QueueUrl=url, MessageBody="m", MessageAttributes=attribute)
    make("sqs", "send_message", QueueUrl=ordered, MessageBody="m", MessageGroupId="g")
    make("sqs", "send_message", QueueUrl=dead, MessageBody="m")
    make("sqs", "send_message_batch", QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "m"}])
    make("sqs", "receive_message", QueueUrl=url, VisibilityTimeout=3600)
    make("sqs", "start_message_move_task", SourceArn=arn)


def _sns(make: Maker) -> None:
    topic = make("sns", "create_topic", Name="every", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    make("sns", "create_topic", Name="every.fifo", Attributes={"FifoTopic": "true"})
    queue = f"arn:aws:sqs:{REGION}:000000000000:every"
    subscription = make("sns", "subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue)
    make("sns", "subscribe", TopicArn=topic, Protocol="email", Endpoint="me@example.com")
    make("sns", "subscribe", TopicArn=topic, Protocol="sms", Endpoint="+66812345678")
    make("sns", "set_subscription_attributes", SubscriptionArn=subscription["SubscriptionArn"],
         AttributeName="FilterPolicy", AttributeValue='{"a": ["b"]}')  # fmt: skip
    make("sns", "set_topic_attributes", TopicArn=topic, AttributeName="DisplayName",
         AttributeValue="every")  # fmt: skip
    make("sns", "add_permission", TopicArn=topic, Label="l", AWSAccountId=["111111111111"],
         ActionName=["Publish"])  # fmt: skip
    make("sns", "tag_resource", ResourceArn=topic, Tags=[{"Key": "c", "Value": "d"}])
    make("sns", "put_data_protection_policy", ResourceArn=topic, DataProtectionPolicy="{}")
    make("sns", "publish", TopicArn=topic, Message="m", Subject="s")
    make("sns", "publish", PhoneNumber="+66812345678", Message="m")
    make("sns", "publish_batch", TopicArn=topic,
         PublishBatchRequestEntries=[{"Id": "1", "Message": "m"}])  # fmt: skip
    application = make("sns", "create_platform_application", Name="every", Platform="GCM",
                       Attributes={"PlatformCredential": "c"})  # fmt: skip
    if application:
        arn = application["PlatformApplicationArn"]
        make("sns", "set_platform_application_attributes", PlatformApplicationArn=arn,
             Attributes={"SuccessFeedbackSampleRate": "10"})  # fmt: skip
        endpoint = make("sns", "create_platform_endpoint", PlatformApplicationArn=arn, Token="t")
        make("sns", "set_endpoint_attributes", EndpointArn=endpoint["EndpointArn"],
             Attributes={"Enabled": "true"})  # fmt: skip
    make("sns", "set_sms_attributes", attributes={"DefaultSMSType": "Promotional"})
    make("sns", "create_sms_sandbox_phone_number", PhoneNumber="+66812345678")
    make("sns", "verify_sms_sandbox_phone_number", PhoneNumber="+66812345678",
         OneTimePassword="12345")  # fmt: skip


def _s3(make: Maker) -> None:
    bucket = {"Bucket": "every-bucket"}
    where = {"LocationConstraint": REGION}
    make("s3", "create_bucket", **bucket, CreateBucketConfiguration=where,
         ObjectLockEnabledForBucket=True, ObjectOwnership="ObjectWriter")  # fmt: skip
    make("s3", "create_bucket", Bucket="every-target", CreateBucketConfiguration=where)
    make("s3", "put_bucket_versioning", **bucket, VersioningConfiguration={"Status": "Enabled"})
    make("s3", "put_bucket_versioning", Bucket="every-target",
         VersioningConfiguration={"Status": "Enabled"})  # fmt: skip
    tag = {"TagSet": [{"Key": "a", "Value": "b"}]}
    make("s3", "put_bucket_tagging", **bucket, Tagging=tag)
    make("s3", "put_bucket_policy", Bucket="every-target", Policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "000000000000"},
                       "Action": "s3:*", "Resource": "arn:aws:s3:::every-target/*"}],
    }))  # fmt: skip
    make("s3", "delete_public_access_block", **bucket)
    make("s3", "put_bucket_acl", **bucket, ACL="private")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 3}}
    make("s3", "put_bucket_lifecycle_configuration", **bucket,
         LifecycleConfiguration={"Rules": [rule]})  # fmt: skip
    make("s3", "put_bucket_cors", **bucket, CORSConfiguration={
        "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]})  # fmt: skip
    make("s3", "put_bucket_website", **bucket,
         WebsiteConfiguration={"IndexDocument": {"Suffix": "i.html"}})  # fmt: skip
    make("s3", "put_bucket_encryption", **bucket, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})  # fmt: skip
    make("s3", "put_bucket_ownership_controls", **bucket,
         OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})  # fmt: skip
    make("s3", "put_public_access_block", **bucket,
         PublicAccessBlockConfiguration={"BlockPublicAcls": True})  # fmt: skip
    make("s3", "put_bucket_accelerate_configuration", **bucket,
         AccelerateConfiguration={"Status": "Enabled"})  # fmt: skip
    make("s3", "put_bucket_request_payment", **bucket,
         RequestPaymentConfiguration={"Payer": "Requester"})  # fmt: skip
    make("s3", "put_bucket_logging", **bucket, BucketLoggingStatus={
        "LoggingEnabled": {"TargetBucket": "every-target", "TargetPrefix": "l"}})  # fmt: skip
    queue = f"arn:aws:sqs:{REGION}:000000000000:every"
    make("s3", "put_bucket_notification_configuration", **bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]},
         SkipDestinationValidation=True)  # fmt: skip
    make("s3", "put_bucket_intelligent_tiering_configuration", **bucket, Id="i",
         IntelligentTieringConfiguration={
             "Id": "i", "Status": "Enabled",
             "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]})  # fmt: skip
    make("s3", "put_bucket_inventory_configuration", **bucket, Id="i", InventoryConfiguration={
        "Id": "i", "IsEnabled": True, "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"}, "Destination": {"S3BucketDestination": {
            "Bucket": "arn:aws:s3:::every-target", "Format": "CSV"}}})  # fmt: skip
    make("s3", "put_bucket_analytics_configuration", **bucket, Id="a",
         AnalyticsConfiguration={"Id": "a", "StorageClassAnalysis": {}})  # fmt: skip
    make("s3", "put_bucket_metrics_configuration", **bucket, Id="m",
         MetricsConfiguration={"Id": "m"})  # fmt: skip
    make("s3", "put_bucket_replication", **bucket, ReplicationConfiguration={
        "Role": "arn:aws:iam::000000000000:role/r",
        "Rules": [{"Status": "Enabled", "Prefix": "", "Destination": {
            "Bucket": "arn:aws:s3:::every-target"}}]})  # fmt: skip
    make("s3", "put_object_lock_configuration", **bucket, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})  # fmt: skip
    _objects(make, bucket)


def _objects(make: Maker, bucket: dict[str, str]) -> None:
    version = make("s3", "put_object", **bucket, Key="k", Body=b"1", Tagging="a=b",
                   Metadata={"m": "1"}, ChecksumAlgorithm="SHA256", StorageClass="GLACIER",
                   WebsiteRedirectLocation="/x", CacheControl="no-store")  # fmt: skip
    key = {**bucket, "Key": "k"}
    make("s3", "put_object_tagging", **key, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    make("s3", "put_object_acl", **key, ACL="private")
    make("s3", "put_object_legal_hold", **key, LegalHold={"Status": "ON"})
    make("s3", "put_object_retention", **key, Retention={
        "Mode": "GOVERNANCE", "RetainUntilDate": "2030-01-01T00:00:00Z"})  # fmt: skip
    make("s3", "restore_object", **key, RestoreRequest={"Days": 1})
    make("s3", "copy_object", Bucket="every-target", Key="copy",
         CopySource={**key, "VersionId": version["VersionId"]})  # fmt: skip
    make("s3", "delete_object", **bucket, Key="gone")
    upload = make("s3", "create_multipart_upload", **bucket, Key="parts", ChecksumAlgorithm="CRC32")
    part = {**bucket, "Key": "parts", "UploadId": upload["UploadId"]}
    make("s3", "upload_part", **part, PartNumber=1, Body=b"x")
    make("s3", "upload_part_copy", Bucket="every-target", Key="copied", PartNumber=1,
         UploadId=make("s3", "create_multipart_upload", Bucket="every-target", Key="copied")[
             "UploadId"],
         CopySource=key)  # fmt: skip


def _iam(make: Maker) -> None:
    make("iam", "create_user", UserName="every", Tags=[{"Key": "a", "Value": "b"}])
    make("iam", "create_group", GroupName="every")
    make("iam", "create_role", RoleName="every", AssumeRolePolicyDocument=TRUST)
    policy = make("iam", "create_policy", PolicyName="every", PolicyDocument=POLICY)
    arn = policy["Policy"]["Arn"]
    make("iam", "create_policy_version", PolicyArn=arn, PolicyDocument=POLICY, SetAsDefault=False)
    make("iam", "set_default_policy_version", PolicyArn=arn, VersionId="v2")
    make("iam", "add_user_to_group", GroupName="every", UserName="every")
    for kind, name in (("user", "UserName"), ("group", "GroupName"), ("role", "RoleName")):
        make("iam", f"put_{kind}_policy", **{name: "every"}, PolicyName="p", PolicyDocument=POLICY)
        make("iam", f"attach_{kind}_policy", **{name: "every"}, PolicyArn=arn)
    for kind, name in (("user", "UserName"), ("role", "RoleName")):
        make("iam", f"put_{kind}_permissions_boundary", **{name: "every"}, PermissionsBoundary=arn)
        make("iam", f"tag_{kind}", **{name: "every"}, Tags=[{"Key": "c", "Value": "d"}])
    make("iam", "tag_policy", PolicyArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    key = make("iam", "create_access_key", UserName="every")
    if key:
        make("iam", "update_access_key", UserName="every", Status="Inactive",
             AccessKeyId=key["AccessKey"]["AccessKeyId"])  # fmt: skip
    make("iam", "create_login_profile", UserName="every", Password="Abcdef12345!EXAMPLE")
    make("iam", "update_login_profile", UserName="every", Password="Abcdef12345!!EXAMPLE")
    make("iam", "update_user", UserName="every", NewPath="/x/")
    make("iam", "update_group", GroupName="every", NewPath="/x/")
    make("iam", "update_role", RoleName="every", Description="d")
    make("iam", "update_role_description", RoleName="every", Description="d")
    make("iam", "update_assume_role_policy", RoleName="every", PolicyDocument=TRUST)
    make("iam", "create_instance_profile", InstanceProfileName="every")
    make("iam", "add_role_to_instance_profile", InstanceProfileName="every", RoleName="every")
    make("iam", "tag_instance_profile", InstanceProfileName="every",
         Tags=[{"Key": "c", "Value": "d"}])  # fmt: skip
    make("iam", "create_account_alias", AccountAlias="every")
    make("iam", "update_account_password_policy", MinimumPasswordLength=9)
    _providers_and_credentials(make)


def _providers_and_credentials(make: Maker) -> None:
    saml = make("iam", "create_saml_provider", Name="every", SAMLMetadataDocument="x" * 1024)
    if saml:
        make("iam", "update_saml_provider", SAMLProviderArn=saml["SAMLProviderArn"],
             SAMLMetadataDocument="y" * 1024)  # fmt: skip
    oidc = make("iam", "create_open_id_connect_provider", Url="https://example.com",
                ThumbprintList=["a" * 40], ClientIDList=["c"])  # fmt: skip
    if oidc:
        provider = {"OpenIDConnectProviderArn": oidc["OpenIDConnectProviderArn"]}
        make("iam", "add_client_id_to_open_id_connect_provider", **provider, ClientID="d")
        make("iam", "update_open_id_connect_provider_thumbprint", **provider,
             ThumbprintList=["b" * 40])  # fmt: skip
        make("iam", "tag_open_id_connect_provider", **provider, Tags=[{"Key": "c", "Value": "d"}])
    make("iam", "upload_server_certificate", ServerCertificateName="every",
         CertificateBody=CERTIFICATE, PrivateKey="k")  # fmt: skip
    signing = make("iam", "upload_signing_certificate", UserName="every",
                   CertificateBody=CERTIFICATE)  # fmt: skip
    if signing:
        make("iam", "update_signing_certificate", UserName="every", Status="Inactive",
             CertificateId=signing["Certificate"]["CertificateId"])  # fmt: skip
    ssh = make("iam", "upload_ssh_public_key", UserName="every", SSHPublicKeyBody="ssh-rsa AAAA")
    if ssh:
        make("iam", "update_ssh_public_key", UserName="every", Status="Inactive",
             SSHPublicKeyId=ssh["SSHPublicKey"]["SSHPublicKeyId"])  # fmt: skip
    mfa = make("iam", "create_virtual_mfa_device", VirtualMFADeviceName="every")
    if mfa:
        make("iam", "enable_mfa_device", UserName="every", AuthenticationCode1="123456",
             SerialNumber=mfa["VirtualMFADevice"]["SerialNumber"],
             AuthenticationCode2="654321")  # fmt: skip
    make("iam", "create_service_linked_role", AWSServiceName="autoscaling.amazonaws.com")
    credential = make("iam", "create_service_specific_credential", UserName="every",
                      ServiceName="codecommit.amazonaws.com")  # fmt: skip
    if credential:
        found = credential["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
        make("iam", "update_service_specific_credential", UserName="every", Status="Inactive",
             ServiceSpecificCredentialId=found)  # fmt: skip


def _sts(make: Maker) -> None:
    role = "arn:aws:iam::000000000000:role/every"
    make("sts", "assume_role", RoleArn=role, RoleSessionName="every")
    make("sts", "get_session_token")
    make("sts", "get_federation_token", Name="every")
    token = base64.b64encode(b"{}").decode()
    make("sts", "assume_role_with_web_identity", RoleArn=role, RoleSessionName="every",
         WebIdentityToken=token)  # fmt: skip


def _lambda(make: Maker) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("function.py", "def handler(event, context):\n    return event\n")
    code = {"ZipFile": archive.getvalue()}
    role = create_role(make.localstack, "lambda")
    layer = make("lambda", "publish_layer_version", LayerName="every", Content=code)
    if layer:
        make("lambda", "add_layer_version_permission", LayerName="every", VersionNumber=1,
             StatementId="s", Action="lambda:GetLayerVersion", Principal="*")  # fmt: skip
    signing = make("lambda", "create_code_signing_config", AllowedPublishers={
        "SigningProfileVersionArns": [
            f"arn:aws:signer:{REGION}:000000000000:/signing-profiles/p/0123456789"]})  # fmt: skip
    queue = f"arn:aws:sqs:{REGION}:000000000000:every"
    name = {"FunctionName": "every"}
    make("lambda", "create_function", **name, Runtime="python3.12", Handler="function.handler",
         Role=role, Code=code, Environment={"Variables": {"A": "1"}}, Tags={"a": "b"},
         DeadLetterConfig={"TargetArn": queue}, TracingConfig={"Mode": "Active"},
         EphemeralStorage={"Size": 1024}, Architectures=["x86_64"],
         Layers=[layer["LayerVersionArn"]] if layer else [],
         LoggingConfig={"LogFormat": "JSON"})  # fmt: skip
    wait_for_function(make.localstack, "every")
    if signing:
        arn = signing["CodeSigningConfig"]["CodeSigningConfigArn"]
        make("lambda", "update_code_signing_config", CodeSigningConfigArn=arn, Description="d")
        make("lambda", "put_function_code_signing_config", **name, CodeSigningConfigArn=arn)
    make("lambda", "update_function_configuration", **name, Timeout=5)
    wait_for_function(make.localstack, "every")
    make("lambda", "update_function_code", **name, **code)
    wait_for_function(make.localstack, "every")
    make("lambda", "publish_version", **name)
    make("lambda", "create_alias", **name, Name="live", FunctionVersion="1")
    make("lambda", "update_alias", **name, Name="live", Description="d")
    make("lambda", "add_permission", **name, StatementId="s", Action="lambda:InvokeFunction",
         Principal="s3.amazonaws.com")  # fmt: skip
    make("lambda", "create_function_url_config", **name, AuthType="NONE",
         Cors={"AllowOrigins": ["*"]})  # fmt: skip
    make("lambda", "update_function_url_config", **name, AuthType="AWS_IAM")
    make("lambda", "put_function_concurrency", **name, ReservedConcurrentExecutions=1)
    make("lambda", "put_provisioned_concurrency_config", **name, Qualifier="live",
         ProvisionedConcurrentExecutions=1)  # fmt: skip
    make("lambda", "put_function_event_invoke_config", **name, MaximumRetryAttempts=0,
         DestinationConfig={"OnSuccess": {"Destination": queue}})  # fmt: skip
    make("lambda", "update_function_event_invoke_config", **name, MaximumEventAgeInSeconds=60)
    make("lambda", "put_function_recursion_config", **name, RecursiveLoop="Allow")
    make("lambda", "put_runtime_management_config", **name, UpdateRuntimeOn="FunctionUpdate")
    make("lambda", "put_function_scaling_config", **name, Qualifier="1")
    make("lambda", "tag_resource", Resource=f"arn:aws:lambda:{REGION}:000000000000:function:every",
         Tags={"c": "d"})  # fmt: skip
    mapping = make("lambda", "create_event_source_mapping", **name, EventSourceArn=queue,
                   Enabled=False, FilterCriteria={"Filters": [{"Pattern": '{"body": ["x"]}'}]},
                   FunctionResponseTypes=["ReportBatchItemFailures"])  # fmt: skip
    if mapping:
        make("lambda", "update_event_source_mapping", UUID=mapping["UUID"], BatchSize=2)
    make("lambda", "create_capacity_provider", CapacityProviderName="every",
         VpcConfig={"SubnetIds": ["subnet-12345678"], "SecurityGroupIds": ["sg-12345678"]},
         PermissionsConfig={"CapacityProviderOperatorRoleArn": role})  # fmt: skip
    make("lambda", "invoke", **name, InvocationType="Event", Payload=b"{}")


def _logs(make: Maker) -> None:
    group = {"logGroupName": "every"}
    arn = f"arn:aws:logs:{REGION}:000000000000:log-group:every"
    function = f"arn:aws:lambda:{REGION}:000000000000:function:every"
    make("logs", "create_log_group", **group, tags={"a": "b"})
    make("logs", "create_log_stream", **group, logStreamName="s")
    make("logs", "put_retention_policy", **group, retentionInDays=14)
    event = {"timestamp": int(time.time() * 1000), "message": "m"}
    make("logs", "put_log_events", **group, logStreamName="s", logEvents=[event])
    make(
        "logs",
        "put_metric_filter",
        **group,
        filterName="f",
        filterPattern="x",
        metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
    )
    make("logs", "put_subscription_filter", **group, filterName="f", filterPattern="",
         destinationArn=function)  # fmt: skip
    make("logs", "put_resource_policy", policyName="p", policyDocument=POLICY)
    make("logs", "put_destination", destinationName="d", targetArn="arn:aws:kinesis:x:0:stream/s",
         roleArn="arn:aws:iam::000000000000:role/every")  # fmt: skip
    make("logs", "put_destination_policy", destinationName="d", accessPolicy=POLICY)
    make("logs", "tag_log_group", **group, tags={"c": "d"})
    make("logs", "tag_resource", resourceArn=arn, tags={"c": "d"})
    make("logs", "start_query", **group, startTime=0, endTime=1, queryString="fields @message")
    make("logs", "create_export_task", **group, fromTime=0, to=1, destination="every-target")
    bucket = {"destinationResourceArn": "arn:aws:s3:::every-target"}
    destination = make("logs", "put_delivery_destination", name="d",
                       deliveryDestinationConfiguration=bucket)  # fmt: skip
    make("logs", "put_delivery_destination_policy", deliveryDestinationName="d",
         deliveryDestinationPolicy=POLICY)  # fmt: skip
    make("logs", "put_delivery_source", name="s", resourceArn=function, logType="APPLICATION_LOGS")
    if destination:
        make("logs", "create_delivery", deliverySourceName="s",
             deliveryDestinationArn=destination["deliveryDestination"]["arn"])  # fmt: skip


def _cloudwatch(make: Maker) -> None:
    alarm = {
        "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "ignore",  # its state stays
    }  # fmt: skip
    make("cloudwatch", "put_metric_data", Namespace="n", MetricData=[
        {"MetricName": "m", "Value": 1}, {"MetricName": "v", "Values": [1, 2], "Counts": [1, 2]},
        {"MetricName": "s", "StatisticValues": {
            "SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1}}])  # fmt: skip
    make("cloudwatch", "put_metric_alarm", AlarmName="every", **alarm,
         Tags=[{"Key": "a", "Value": "b"}])  # fmt: skip
    make("cloudwatch", "put_composite_alarm", AlarmName="both", AlarmRule='ALARM("every")')
    make("cloudwatch", "set_alarm_state", AlarmName="every", StateValue="ALARM", StateReason="r")
    make("cloudwatch", "put_dashboard", DashboardName="every", DashboardBody='{"widgets": []}')
    make("cloudwatch", "enable_alarm_actions", AlarmNames=["every"])
    arn = f"arn:aws:cloudwatch:{REGION}:000000000000:alarm:every"
    make("cloudwatch", "tag_resource", ResourceARN=arn, Tags=[{"Key": "c", "Value": "d"}])
    make("cloudwatch", "put_anomaly_detector", Namespace="n", MetricName="m", Stat="Sum")
    make("cloudwatch", "put_insight_rule", RuleName="r", RuleDefinition="{}")
    make("cloudwatch", "put_managed_insight_rules", ManagedRules=[])
    make("cloudwatch", "put_metric_stream", Name="s", FirehoseArn="a" * 20, RoleArn="a" * 20,
         OutputFormat="json")  # fmt: skip


def _stepfunctions(make: Maker) -> None:
    role = create_role(make.localstack, "states")
    definition = json.dumps(only({"Type": "Pass", "End": True}))
    group = f"arn:aws:logs:{REGION}:000000000000:log-group:every:*"
    machine = make("stepfunctions", "create_state_machine", name="every", definition=definition,
                   roleArn=role, publish=True, tags=[{"key": "a", "value": "b"}],
                   loggingConfiguration={"level": "ALL", "destinations": [
                       {"cloudWatchLogsLogGroup": {"logGroupArn": group}}]})  # fmt: skip
    arn = machine["stateMachineArn"]
    waits = json.dumps(only({"Type": "Wait", "Seconds": 3600, "End": True}))
    make("stepfunctions", "update_state_machine", stateMachineArn=arn, definition=waits)
    version = make("stepfunctions", "publish_state_machine_version", stateMachineArn=arn)
    if version:
        route = [{"stateMachineVersionArn": version["stateMachineVersionArn"], "weight": 100}]
        alias = make("stepfunctions", "create_state_machine_alias", name="live",
                     routingConfiguration=route)  # fmt: skip
        make("stepfunctions", "update_state_machine_alias", description="d",
             stateMachineAliasArn=alias["stateMachineAliasArn"])  # fmt: skip
    activity = make("stepfunctions", "create_activity", name="every")
    works = json.dumps(only({"Type": "Task", "Resource": activity["activityArn"], "End": True}))
    working = make("stepfunctions", "create_state_machine", name="works", definition=works,
                   roleArn=role)  # fmt: skip
    make("stepfunctions", "start_execution", stateMachineArn=arn, name="waits")
    make("stepfunctions", "start_execution", stateMachineArn=working["stateMachineArn"])
    express = make("stepfunctions", "create_state_machine", name="express", type="EXPRESS",
                   definition=definition, roleArn=role)  # fmt: skip
    make("stepfunctions", "start_execution", stateMachineArn=express["stateMachineArn"])
    make("stepfunctions", "tag_resource", resourceArn=arn, tags=[{"key": "c", "value": "d"}])


def _ses(make: Maker) -> None:
    make("ses", "verify_email_identity", EmailAddress="me@example.com")
    make("ses", "verify_email_address", EmailAddress="me@example.com")
    make("ses", "verify_domain_identity", Domain="example.com")
    make("ses", "verify_domain_dkim", Domain="example.com")
    make("ses", "create_configuration_set", ConfigurationSet={"Name": "c"})
    make(
        "ses",
        "create_configuration_set_event_destination",
        ConfigurationSetName="c",
        EventDestination={
            "Name": "d",
            "Enabled": True,
            "MatchingEventTypes": ["send"],
            "SNSDestination": {"TopicARN": f"arn:aws:sns:{REGION}:0:every"},
        },
    )
    make("ses", "create_template", Template={"TemplateName": "t", "SubjectPart": "s",
                                            "TextPart": "t"})  # fmt: skip
    make("ses", "update_template", Template={"TemplateName": "t", "SubjectPart": "s2",
                                            "TextPart": "t"})  # fmt: skip
    make("ses", "create_receipt_rule_set", RuleSetName="r")
    rule = {"Name": "n", "Enabled": True, "Recipients": ["me@example.com"]}
    make("ses", "create_receipt_rule", RuleSetName="r", Rule=rule)
    make("ses", "update_receipt_rule", RuleSetName="r", Rule=rule)
    topic = f"arn:aws:sns:{REGION}:000000000000:every"
    make("ses", "set_identity_notification_topic", Identity="me@example.com",
         NotificationType="Bounce", SnsTopic=topic)  # fmt: skip
    make("ses", "set_identity_feedback_forwarding_enabled", Identity="me@example.com",
         ForwardingEnabled=True)  # fmt: skip
    make("ses", "set_identity_mail_from_domain", Identity="example.com",
         MailFromDomain="m.example.com")  # fmt: skip
    to = {"ToAddresses": ["me@example.com"]}
    text = {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}
    make("ses", "send_email", Source="me@example.com", Destination=to, Message=text)
    make("ses", "send_raw_email", RawMessage={"Data": b"From: me@example.com\n\nx"},
         Source="me@example.com", Destinations=["me@example.com"])  # fmt: skip
    make("ses", "send_templated_email", Source="me@example.com", Destination=to, Template="t",
         TemplateData="{}")  # fmt: skip
    make("ses", "send_bulk_templated_email", Source="me@example.com", Template="t",
         DefaultTemplateData="{}", Destinations=[{"Destination": to}])  # fmt: skip
