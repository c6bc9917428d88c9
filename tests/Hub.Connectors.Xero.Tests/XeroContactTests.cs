using System.Text.Json.Nodes;
using Hub.Commerce;
using Hub.Connectors.Testing.Contracts;
using Hub.Connectors.Testing.Stubs;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Xero.Tests;

/// <summary>The suite's faults of contacts.</summary>
public sealed class XeroContactTests : ContactBookContract<XeroStub>
{
    private static readonly Contact Dana = new("dana@b.example", "Dana van der Berg");

    private IContactBook Book => Port<IContactBook>();

    protected override XeroStub MakeStub() => new();

    protected override void AddConnector(IServiceCollection services) => services.AddXeroAt(Bench, Stub);

    protected override bool IsUpserting(StubRequest request) => request.Is($"POST {XeroStub.Base}/Contacts");

    protected override IReadOnlyList<string> NamesOf(string email) =>
        [.. Stub.Contacts.Where(contact => (string?)contact["EmailAddress"] == email).Select(contact => $"{contact["FirstName"]} {contact["LastName"]}".Trim())];

    [Fact]
    public async Task Upsert_ContactOfPeople_KeepsItsName()
    {
        var known = Stub.Add(new JsonObject { ["Name"] = "Berg Ltd", ["EmailAddress"] = Dana.Email });

        await EndAsync(Book.UpsertAsync(Dana, Cancel));

        Assert.Equal(("Berg Ltd", "Dana van der", "Berg"), ((string)known["Name"]!, (string)known["FirstName"]!, (string)known["LastName"]!));
        Assert.Single(Stub.Contacts);
    }

    [Fact]
    public async Task Erase_ContactWithInvoices_IsAPersonsDecision()
    {
        await EndAsync(Book.UpsertAsync(Dana, Cancel));
        Stub.Contacts[0]["IsCustomer"] = true;

        var refused = Assert.IsType<CallOutcome<Contact>.Refused>(await EndAsync(Book.EraseAsync(Dana, Cancel)));

        Assert.DoesNotContain("Dana", refused.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Single(NamesOf(Dana.Email));
    }

    [Fact]
    public async Task Erase_Contact_LeavesNothingOfThePerson()
    {
        await EndAsync(Book.UpsertAsync(Dana, Cancel));

        await EndAsync(Book.EraseAsync(Dana, Cancel));

        var left = Assert.Single(Stub.Contacts);
        Assert.DoesNotContain("dana", left.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("berg", left.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("ARCHIVED", (string?)left["ContactStatus"]);
    }
}
