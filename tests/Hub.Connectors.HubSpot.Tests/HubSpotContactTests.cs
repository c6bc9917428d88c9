using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.HubSpot.Tests;

public sealed class HubSpotContactTests : ContactBookContract<HubSpotStub>
{
    private const string Upsert = "POST /crm/objects/2026-03/contacts/batch/upsert";
    private static readonly Contact Dana = new("dana@b.example", "Dana van der Berg", "17");

    private IContactBook Book => Port<IContactBook>();

    protected override HubSpotStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddHubSpot(new HubSpotOptions
    {
        Vendor = "hubspot",
        Address = Stub.Address,
        Token = Bench.Secret("token", "pat-eu1-secret"),
        CustomerProperty = "shop_customer_id",
    });

    protected override bool IsUpserting(StubRequest request) => request.Is(Upsert);

    protected override IReadOnlyList<string> NamesOf(string email) =>
        [.. Stub.Contacts.Where(contact => contact.Key == email).Select(contact => $"{contact.Value["properties"]!["firstname"]} {contact.Value["properties"]!["lastname"]}".Trim())];

    [Fact]
    public async Task Upsert_Contact_TellsAddressNameAndCustomer()
    {
        await EndAsync(Book.UpsertAsync(Dana, Cancel));

        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["email"] = "dana@b.example", ["firstname"] = "Dana van der", ["lastname"] = "Berg", ["shop_customer_id"] = "17" },
            Stub.Contacts["dana@b.example"]["properties"]), $"{Stub.Contacts["dana@b.example"]}");
    }

    [Fact]
    public async Task Upsert_NameOfOneWord_LeavesTheFamilyNameAlone()
    {
        await EndAsync(Book.UpsertAsync(Dana, Cancel));
        await EndAsync(Book.UpsertAsync(Dana with { Name = "Dana" }, Cancel));

        Assert.Equal("Dana Berg", Assert.Single(NamesOf(Dana.Email)));
    }

    [Fact]
    public async Task Upsert_NotTakenIn207_IsRefusedAndDoesNotTellTheAddress()
    {
        var refused = Assert.IsType<CallOutcome<Contact>.Refused>(await EndAsync(Book.UpsertAsync(Dana with { Email = "dana at b" }, Cancel)));

        Assert.Contains("the address is invalid", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("dana at b", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(409, "CONFLICT", "NotDone")]
    [InlineData(403, "MISSING_SCOPES", "NotDone")]
    [InlineData(401, "INVALID_AUTHENTICATION", "NotDone")]
    [InlineData(400, "VALIDATION_ERROR", "Refused")]
    [InlineData(400, "RATE_LIMITS", "NotDone")]
    public async Task Upsert_Error_IsWhatItsCategorySays(int status, string category, string outcome)
    {
        Stub.Answer(Upsert, HubSpotStub.Error(status, category, "Contact dana@b.example is so"));
        var said = await EndAsync(Book.UpsertAsync(Dana, Cancel));

        Assert.Equal(outcome, said.GetType().Name);
        Assert.Contains("the address is so", $"{said}", StringComparison.Ordinal);
        Assert.DoesNotContain(Bench.Log.Lines, line => line.Contains("dana@b.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_PersonThatHubSpotDoesNotKnow_IsNotBlockedForEver()
    {
        Assert.IsType<CallOutcome<Contact>.Done>(await EndAsync(Book.EraseAsync(Dana, Cancel)));

        Assert.Empty(Stub.Blocked);
        Assert.Empty(Stub.Of("POST /crm/v3/objects/contacts/gdpr-delete"));
        Assert.IsType<CallOutcome<Contact>.Done>(await EndAsync(Book.UpsertAsync(Dana, Cancel)));
    }

    [Fact]
    public async Task Calls_AnyOfThem_HaveNoAddressOfAPersonInTheirPath()
    {
        await EndAsync(Book.UpsertAsync(Dana, Cancel));
        await EndAsync(Book.EraseAsync(Dana, Cancel));

        Assert.Equal(3, Stub.Requests.Length);
        Assert.DoesNotContain(Stub.Requests, request => $"{request}".Contains("dana", StringComparison.Ordinal));
    }
}
