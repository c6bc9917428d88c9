using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>The suite's demands on webhooks, and Xero's own: 401, and gaps in the count.</summary>
public sealed class XeroWebhookTests : WebhookContract<XeroStub>
{
    /// <summary>From xero-webhooks.yaml, of the organisation that the tests are for.</summary>
    private const string Example = """
        {"events":[{"resourceUrl":"https://api.xero.com/api.xro/2.0/Contacts/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","resourceId":"717f2bfc-c6d4-41fd-b238-3f2f0c0cf777",
        "eventDateUtc":"2024-06-21T01:15:39.902","eventType":"UPDATE","eventCategory":"CONTACT","tenantId":"c2cc9b6e-9458-4c7d-93cc-f02b81b0594f","tenantType":"ORGANISATION"}],
        "lastEventSequence":1,"firstEventSequence":1,"entropy":"S0m3r4Nd0mt3xt"}
        """;

    /// <summary>From there too, of another organisation.</summary>
    private const string CreditNote = """
        {"events":[{"resourceUrl":"https://api.xero.com/api.xro/2.0/CreditNotes/55d84274-a3da-4829-a7c0-0cab601b95cc","resourceId":"55d84274-a3da-4829-a7c0-0cab601b95cc",
        "tenantId":"aef86862-2015-4b6b-88bc-d89032cecc50","tenantType":"ORGANISATION","eventCategory":"CREDITNOTE","eventType":"CREATE",
        "eventDateUtc":"2025-12-02T00:44:09.923","data":{"Type":"ACCPAYCREDIT","Status":"DRAFT"}}],"firstEventSequence":76,"lastEventSequence":76,"entropy":"FXNGWLCCGVANWHKILRUB"}
        """;

    protected override string? SignatureHeader => "x-xero-signature";

    protected override TimeSpan? Window => null;

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub);

    protected override WebhookRequest Post(string eventId, DateTimeOffset at) => Post(int.Parse(eventId.AsSpan(2), null), "INVOICE");

    [Fact]
    public async Task Read_WrongSignature_Is401() => Assert.Equal(401, Assert.IsType<WebhookOutcome.Refused>(
        await ReadAsync(Post(1, "INVOICE") with { Body = "{}"u8.ToArray() })).Status);

    [Fact]
    public async Task Read_VendorsOwnExample_IsTaken()
    {
        var contact = Assert.Single(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Signed(Example))).Hints);
        Assert.Equal((WebhookTopic.Contacts, "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777"), (contact.Topic, Assert.Single(contact.Ids)));
        // Of another organisation, and its count is far ahead: what was lost may have been ours.
        Assert.All(Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Signed(CreditNote))).Hints, hint => Assert.Null(hint.EventId));
    }

    [Fact]
    public async Task Read_GapInTheCount_PollsAll()
    {
        Assert.DoesNotContain(await HintsAsync(7), hint => hint.EventId is null);
        Assert.DoesNotContain(await HintsAsync(8, 3), hint => hint.EventId is null);
        Restart();
        Assert.DoesNotContain(await HintsAsync(11), hint => hint.EventId is null);

        Assert.Equal([WebhookTopic.Stock, WebhookTopic.Contacts], (await HintsAsync(13)).Where(hint => hint.EventId is null).Select(hint => hint.Topic));

        // Out of order, and a webhook that was set up anew: no gap that would never end.
        Assert.DoesNotContain(await HintsAsync(12), hint => hint.EventId is null);
        Assert.DoesNotContain(await HintsAsync(1), hint => hint.EventId is null);
        Assert.DoesNotContain(await HintsAsync(2), hint => hint.EventId is null);
    }

    [Fact]
    public async Task Read_QuestionWhetherSomebodyIsThere_IsTaken() => Assert.Empty(Assert.IsType<WebhookOutcome.Taken>(
        await ReadAsync(Signed("""{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}"""))).Hints);

    private Task<WebhookOutcome> ReadAsync(WebhookRequest request) => Port<IWebhook>().ReadAsync(request, Cancel);

    private async Task<IReadOnlyList<WebhookHint>> HintsAsync(int first, int count = 1) =>
        Assert.IsType<WebhookOutcome.Taken>(await ReadAsync(Post(first, "INVOICE", count))).Hints;

    private WebhookRequest Post(int first, string category, int count = 1) => Signed(new JsonObject
    {
        ["events"] = new JsonArray([.. Enumerable.Range(first, count).Select(i => new JsonObject
        {
            ["resourceUrl"] = "https://api.xero.com/api.xro/2.0/Invoices/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777",
            ["resourceId"] = "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777",
            ["tenantId"] = $"{XeroStub.Tenant}",
            ["tenantType"] = "ORGANISATION",
            ["eventCategory"] = category,
            ["eventType"] = "UPDATE",
            // As in the vendor's own example: no T, no Z.
            ["eventDateUtc"] = "2025-12-02 00:44:09.923000",
        })]),
        ["firstEventSequence"] = first,
        ["lastEventSequence"] = first + count - 1,
        ["entropy"] = "S0m3r4Nd0mt3xt",
    }.ToJsonString());

    private WebhookRequest Signed(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(XeroTestOptions.WebhookKey), bytes));
        return new WebhookRequest(
            "POST", new Uri("https://hub.example/webhooks/erp"), WebhookRequest.HeadersOf([KeyValuePair.Create("x-xero-signature", signature)]), bytes, Bench.Time.GetUtcNow());
    }
}
