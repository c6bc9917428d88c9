using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What the order API of a shop has to keep to: an order is entered once, however often it is told, and has one number.</summary>
public abstract class OrderEntryContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    private IOrderEntry Entry => Port<IOrderEntry>();

    /// <summary>The channel of orders that the shop takes.</summary>
    protected virtual string Channel => "market";

    /// <summary>Is it the call that enters? The faults hit that one.</summary>
    protected abstract bool IsEntering(StubRequest request);

    /// <summary>How many orders with this key the shop has.</summary>
    protected abstract int OrdersOf(OrderKey key);

    /// <summary>Fails unless the shop's order says what the order says.</summary>
    protected virtual void Holds(Order order)
    {
    }

    [Fact]
    public async Task Enter_Twice_IsOneOrderWithOneNumber()
    {
        var number = await EnterAsync(Plain());

        Assert.NotEmpty(number);
        Assert.Equal(number, await EnterAsync(Plain()));
        Assert.NotEqual(number, await EnterAsync(Plain(2)));
        Assert.Equal(1, OrdersOf(Plain().Key));
        Holds(Plain());
    }

    [Theory]
    [MemberData(nameof(EffectFaults.All), MemberType = typeof(EffectFaults))]
    public async Task Enter_Fault_IsOneOrderInTheEnd(string fault)
    {
        Stub.Fail(EffectFaults.Of(fault), IsEntering);
        var outcome = Outcome.Of(await EndAsync(Entry.EnterAsync(Plain(), Cancel))).Is("Unknown", "NotDone", "Done");
        Stub.Heal();
        Bench.Time.Advance(TimeSpan.FromMinutes(2));
        if (EffectFaults.Of(fault) is { CarriesOut: true })
        {
            await UntilAsync(() => OrdersOf(Plain().Key) == 1, "The shop did not carry it out.");
            Assert.NotEqual("NotDone", outcome.Kind);
        }

        await EnterAsync(Plain());
        Assert.Equal(1, OrdersOf(Plain().Key));
    }

    [Fact]
    public async Task Enter_AnswerWithUnknownFields_IsDone()
    {
        Stub.Fail(StubFault.Json("unknown fields", JsonChanges.AddUnknownFields), times: 1000);

        await EnterAsync(Plain());
    }

    [Fact]
    public async Task Enter_AnswerWithNullWhereForbidden_IsNeverTakenForNotDone()
    {
        // 1. What the answer looks like.
        var paths = new List<string>();
        Stub.Fail(StubFault.Json("read", node => paths.AddRange(JsonChanges.Paths(node))), IsEntering);
        await EnterAsync(Plain());
        Assert.NotEmpty(paths);

        // 2. Each of its fields null once. An order without a number is none that anybody could look up.
        for (var i = 0; i < Math.Min(paths.Count, 60); i++)
        {
            var path = paths[i];
            Stub.Fail(StubFault.Json($"null at {path}", node => JsonChanges.SetNull(node, path)), IsEntering);
            var outcome = await EndAsync(Entry.EnterAsync(Plain(i + 3), Cancel));

            Outcome.Of(outcome).Is("Done", "Unknown");
            Assert.False(outcome is CallOutcome<string>.Done { Value: null or "" }, $"With null at {path} it has no number.");
            Assert.Equal(1, OrdersOf(Plain(i + 3).Key));
        }
    }

    [Theory]
    [MemberData(nameof(SampleOrders.OddNames), MemberType = typeof(SampleOrders))]
    public async Task Enter_OddOrder_IsEnteredWholeOrRefusedWithAReason(string name)
    {
        var order = SampleOrders.Odd($"{Channel}/odd")[name];

        var outcome = Outcome.Of(await EndAsync(Entry.EnterAsync(order, Cancel))).Is("Done", "Refused");

        Assert.Equal(outcome.Kind == "Done" ? 1 : 0, OrdersOf(order.Key));
        if (outcome.Kind == "Done")
        {
            Holds(order);
        }
        else
        {
            Assert.NotEmpty(outcome.Reason);
        }
    }

    [Fact]
    public async Task Enter_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsEntering);

        var outcome = Outcome.Of(await EndAsync(Entry.EnterAsync(Plain(), Cancel))).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    private Order Plain(int number = 1) => SampleOrders.Plain($"{Channel}/{number}");

    private async Task<string> EnterAsync(Order order) => Assert.IsType<CallOutcome<string>.Done>(await EndAsync(Entry.EnterAsync(order, Cancel))).Value;
}
