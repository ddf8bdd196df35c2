namespace PilotHooks.Relay.Tests.Formats;

/// <summary>The examples of the providers' documents, as they stand there.</summary>
public static class ProviderExamples
{
    /// <summary>Pilot Status, webhook event reference, in its order.</summary>
    public static readonly (string Event, string Body)[] PilotStatus =
    [
        ("message.sent", """
        {
          "event": "message.sent",
          "data": {
            "to": "+5511999999999",
            "from": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "A52298BB1619CB5EC464BEFB8A3ACB94",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": true,
            "content": "sent text",
            "correlationId": "corr_123",
            "createdAt": "2026-02-24T15:00:05.000Z"
          }
        }
        """),
        ("message.delivered", """
        {
          "event": "message.delivered",
          "data": {
            "to": "+5511999999999",
            "from": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "A52298BB1619CB5EC464BEFB8A3ACB94",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": true,
            "content": "sent text",
            "createdAt": "2026-02-24T15:00:06.000Z"
          }
        }
        """),
        ("message.read", """
        {
          "event": "message.read",
          "data": {
            "to": "+5511999999999",
            "from": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "A52298BB1619CB5EC464BEFB8A3ACB94",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": true,
            "content": "sent text",
            "createdAt": "2026-02-24T15:00:10.000Z"
          }
        }
        """),
        ("message.failed", """
        {
          "event": "message.failed",
          "data": {
            "to": "+5511999999999",
            "from": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": null,
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": true,
            "content": "sent text",
            "error": "Failed to send message via Pilot Status.",
            "errorCode": "DELIVER_NOT_CONFIRMED",
            "createdAt": "2026-02-24T15:00:05.000Z"
          }
        }
        """),
        ("message.received", """
        {
          "event": "message.received",
          "data": {
            "from": "+5511999999999",
            "to": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "msg_in_id",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": false,
            "content": "Hi",
            "participantName": "WhatsApp name",
            "createdAt": "2026-02-24T10:30:00.000Z"
          }
        }
        """),
        ("message.received", """
        {
          "event": "message.received",
          "data": {
            "from": "+5511999999999",
            "to": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "msg_in_id",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "image",
            "fromMe": false,
            "content": "Check this photo",
            "mediaLink": "https://...",
            "mediaType": "image",
            "mediaCaption": "Check this photo",
            "mediaFilename": "photo.jpg",
            "createdAt": "2026-02-24T10:30:00.000Z"
          }
        }
        """),
        ("message.reply", """
        {
          "event": "message.reply",
          "data": {
            "from": "+5511999999999",
            "to": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "msg_12345",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": false,
            "content": "Yes, I confirm",
            "contentReplied": "Hi! Do you confirm your appointment?",
            "quotedMessageId": "msg_original_123",
            "correlationId": "corr_123",
            "createdAt": "2026-02-24T10:30:00.000Z"
          }
        }
        """),
        ("message.group", """
        {
          "event": "message.group",
          "data": {
            "from": "+5511999999999",
            "to": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "msg_in_id",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": false,
            "content": "Message in the group",
            "participantName": "WhatsApp name",
            "groupId": "120363123456789012@g.us",
            "groupName": "My Group",
            "createdAt": "2026-02-24T10:30:00.000Z"
          }
        }
        """),
        ("message.newsletter", """
        {
          "event": "message.newsletter",
          "data": {
            "from": "+5511999999999",
            "to": "+5511888888888",
            "numberId": "cmm0abc123",
            "messageId": "msg_in_id",
            "id": "cmm04obm46zz0qv4ycjp8x6r2",
            "type": "text",
            "fromMe": false,
            "content": "Text in the channel",
            "participantName": "WhatsApp name",
            "newsletterId": "120363123456789012@newsletter",
            "newsletterName": "My Channel",
            "createdAt": "2026-02-24T10:30:00.000Z"
          }
        }
        """),
        ("number.created", """
        {
          "event": "number.created",
          "data": {
            "numberId": "cmm0abc123",
            "phone": "+5511999999999",
            "displayName": "Main store",
            "createdAt": "2026-02-24T15:00:05.000Z"
          }
        }
        """),
        ("number.connected", """
        {
          "event": "number.connected",
          "data": {
            "numberId": "cmm0abc123",
            "phone": "+5511999999999",
            "displayName": "Main store",
            "profileName": "Main Store Official",
            "createdAt": "2026-02-24T15:00:05.000Z"
          }
        }
        """),
        ("number.disconnected", """
        {
          "event": "number.disconnected",
          "data": {
            "numberId": "cmm0abc123",
            "phone": "+5511999999999",
            "displayName": "Main store",
            "createdAt": "2026-02-24T15:10:00.000Z"
          }
        }
        """),
        ("number.removed", """
        {
          "event": "number.removed",
          "data": {
            "numberId": "cmm0abc123",
            "phone": "+5511999999999",
            "displayName": "Main store",
            "createdAt": "2026-02-24T15:10:00.000Z"
          }
        }
        """),
        ("call.ended", """
        {
          "event": "call.ended",
          "callId": "call_01HZX...",
          "externalCallId": "wacid.ABGG...",
          "direction": "OUTBOUND",
          "status": "COMPLETED",
          "from": "5511888888888",
          "to": "5511999999999",
          "timestamp": "2026-07-03T15:02:05.000Z",
          "duration": 120
        }
        """),
    ];

    /// <summary>WhatsApp API Platform, event payload structure; the two others in the shape that its text describes.</summary>
    public static readonly (string Event, string Body)[] Platform =
    [
        ("message.report", """
        {
          "id": "evt_85e59919-3147-454b-bade-75...",
          "type": "message.report",
          "api_version": "2026-02-04",
          "created_at": 1747147674,
          "liveMode": true,
          "data": {
            "object": {
              "recipient": {
                "customer_id": "wamid.HBgN...",
                "phone_number": "+918189222313"
              },
              "status": "READ",
              "reported_at": "2026-05-13T12:54:54.719Z",
              "timestamp": "2026-05-13T12:46:25Z"
            }
          }
        }
        """),
        ("message.incoming", """
        {"id":"evt_2","type":"message.incoming","api_version":"2026-02-04","created_at":1747147674,"liveMode":true,
         "data":{"object":{"id":"wamid.IN","from":"+918189222313","to":"+918000000000","type":"text","text":{"body":"Hi \ud83d\ude00"},"timestamp":"2026-05-13T12:46:25Z"}}}
        """),
        ("form.submitted", """
        {"id":"evt_3","type":"form.submitted","api_version":"2026-02-04","created_at":1747147674,"liveMode":true,"data":{"object":{"form_id":"f1","fields":{"name":"Ana","age":41}}}}
        """),
    ];
}
