using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>
/// What holds for every call whose effect must not happen twice: the outcome says only what is known, nothing is asked twice by itself, and what
/// happened is found by our reference.
/// </summary>
public abstract class EffectContract<TStub> : ConnectorContract<TStub>
    where TStub : VendorStub
{
    /// <summary>Fields of the vendor's answers that hold one of a few words (a state): the suite gives them one that nobody knows.</summary>
    protected virtual IReadOnlyList<string> StateFields => [];

    private protected abstract bool IsEffect(StubRequest request);

    private protected abstract int Count(Order order);

    private protected abstract Task<Outcome> DoAsync(Order order);

    /// <summary>Null where the vendor has none; otherwise what it has.</summary>
    private protected abstract Task<object?> FoundAsync(Order order);

    private protected virtual void Hold(Order order)
    {
    }

    [Fact]
    public async Task Effect_NothingWrong_IsOnceAndFound()
    {
        var order = SampleOrders.Plain();
        Assert.Null(await EndAsync(FoundAsync(order)));

        (await EndAsync(DoAsync(order))).Is("Done");

        Assert.NotNull(await EndAsync(FoundAsync(order)));
        Assert.Null(await EndAsync(FoundAsync(SampleOrders.Plain("web/1004"))));
        Assert.Null(await EndAsync(FoundAsync(SampleOrders.Plain("web/100421"))));
        Assert.Equal(1, Count(order));
        Hold(order);
    }

    [Theory]
    [MemberData(nameof(EffectFaults.Done), MemberType = typeof(EffectFaults))]
    public async Task Effect_FaultAfterIt_IsUnknownAndThenFound(string fault)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(EffectFaults.Of(fault), IsEffect);

        var outcome = await EndAsync(DoAsync(order));

        await UntilAsync(() => Count(order) == 1, "The vendor did not carry it out.");
        outcome.Is("Unknown", "Done");
        Assert.Single(Stub.Requests, IsEffect);
        Assert.NotNull(await EndAsync(FoundAsync(order)));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.Unclear), MemberType = typeof(EffectFaults))]
    public async Task Effect_FaultBeforeIt_IsUnknownAndNotAskedTwice(string fault)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(EffectFaults.Of(fault), IsEffect);

        (await EndAsync(DoAsync(order))).Is("Unknown");

        Assert.Single(Stub.Requests, IsEffect);
        Assert.Null(await EndAsync(FoundAsync(order)));
    }

    [Theory]
    [MemberData(nameof(EffectFaults.NotDone), MemberType = typeof(EffectFaults))]
    public async Task Effect_RefusedForNoFaultOfTheOrder_IsNotDone(string fault)
    {
        var order = SampleOrders.Plain();
        Stub.Fail(EffectFaults.Of(fault), IsEffect, times: 2);

        var outcome = (await EndAsync(DoAsync(order))).Is("NotDone");

        Assert.Equal(0, Count(order));
        if (fault == StubFault.TooMany(7).Name)
        {
            Assert.Equal(TimeSpan.FromSeconds(7), outcome.After);
        }
    }

    [Fact]
    public async Task Effect_AnswerWithUnknownFields_IsDone()
    {
        var order = SampleOrders.Plain();
        Stub.Fail(StubFault.Json("unknown fields", JsonChanges.AddUnknownFields), times: 1000);

        (await EndAsync(DoAsync(order))).Is("Done");
    }

    [Fact]
    public async Task Effect_AnswerWithUnknownStates_IsNeverTakenForNotDone()
    {
        Assert.SkipWhen(StateFields.Count == 0, "The vendor's answers hold no states.");
        var order = SampleOrders.Plain();
        Stub.Fail(StubFault.Json("unknown states", node => JsonChanges.SetUnknownValues(node, StateFields)), IsEffect);

        (await EndAsync(DoAsync(order))).Is("Done", "Unknown");
    }

    [Fact]
    public async Task Effect_AnswerWithNullWhereForbidden_IsNeverTakenForNotDone()
    {
        // 1. What the answer looks like.
        var paths = new List<string>();
        Stub.Fail(StubFault.Json("read", node => paths.AddRange(JsonChanges.Paths(node))), IsEffect);
        (await EndAsync(DoAsync(SampleOrders.Plain("web/0")))).Is("Done");

        // 2. Each of its fields null once.
        for (var i = 0; i < Math.Min(paths.Count, 60); i++)
        {
            var path = paths[i];
            Stub.Fail(StubFault.Json($"null at {path}", node => JsonChanges.SetNull(node, path)), IsEffect);
            var order = SampleOrders.Plain($"web/null-{i}");

            (await EndAsync(DoAsync(order))).Is("Done", "Unknown");

            Assert.Equal(1, Count(order));
        }
    }

    [Theory]
    [MemberData(nameof(SampleOrders.OddNames), MemberType = typeof(SampleOrders))]
    public async Task Effect_OddOrder_IsDoneWholeOrRefusedWithAReason(string name)
    {
        var order = SampleOrders.Odd("web/odd")[name];
        PrepareOdd(order);

        var outcome = (await EndAsync(DoAsync(order))).Is("Done", "Refused");

        Assert.Equal(outcome.Kind == "Done" ? 1 : 0, Count(order));
        if (outcome.Kind == "Done")
        {
            Assert.NotNull(await EndAsync(FoundAsync(order)));
            Hold(order);
        }
        else
        {
            Assert.NotEmpty(outcome.Reason);
        }
    }

    [Fact]
    public async Task Effect_VendorSendsOurSecretsBack_TellsThemToNobody()
    {
        Stub.Fail(StubFault.Echo, IsEffect);

        var outcome = (await EndAsync(DoAsync(SampleOrders.Plain()))).Is("Refused", "NotDone", "Unknown");

        Bench.AssertNoSecretIn([outcome.Reason, .. Bench.Log.Lines, .. Bench.LastErrors]);
    }

    /// <summary>Whatever the vendor has to know before such an order: articles, cross references.</summary>
    protected virtual void PrepareOdd(Order order)
    {
    }
}
