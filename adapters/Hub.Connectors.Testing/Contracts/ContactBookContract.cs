using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What a CRM's connector has to keep to: a person is one contact, however often he is told, and is gone when he is to be forgotten.</summary>
public abstract class ContactBookContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private static readonly Contact Buyer = new("dana@b.example", "דנה 👩‍👩‍👧 Buyer", "17");

    private IContactBook Book => Port<IContactBook>();

    /// <summary>Is it the call that tells of the person? The faults hit that one.</summary>
    protected abstract bool IsUpserting(StubRequest request);

    /// <summary>The names of the contacts that the vendor has by this address: one, or none.</summary>
    protected abstract IReadOnlyList<string> NamesOf(string email);

    [Fact]
    public async Task Upsert_TwiceAndThenOther_IsOneContact()
    {
        await UpsertAsync(Buyer);
        await UpsertAsync(Buyer);
        await UpsertAsync(Buyer with { Name = "Dana Other" });

        Assert.Equal("Dana Other", Assert.Single(NamesOf(Buyer.Email)));
    }

    [Fact]
    public async Task Upsert_NameWithEmojiAndFromTheRight_ComesThrough()
    {
        await UpsertAsync(Buyer);

        Assert.Equal(Buyer.Name, Assert.Single(NamesOf(Buyer.Email)));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Upsert_Fault_IsOneContactInTheEnd(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), IsUpserting);
        Outcome.Of(await EndAsync(Book.UpsertAsync(Buyer, Cancel))).Is("Unknown", "NotDone", "Done");
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));

        await UpsertAsync(Buyer);
        Assert.Single(NamesOf(Buyer.Email));
    }

    [Fact]
    public async Task Erase_KnownAndUnknown_IsGone()
    {
        await UpsertAsync(Buyer);

        Outcome.Of(await EndAsync(Book.EraseAsync(Buyer, Cancel))).Is("Done");

        Assert.Empty(NamesOf(Buyer.Email));
        Outcome.Of(await EndAsync(Book.EraseAsync(Buyer, Cancel))).Is("Done");
    }

    [Fact]
    public async Task Upsert_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsUpserting);

        var outcome = Outcome.Of(await EndAsync(Book.UpsertAsync(Buyer, Cancel))).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private async Task UpsertAsync(Contact contact) => Outcome.Of(await EndAsync(Book.UpsertAsync(contact, Cancel))).Is("Done");
}
