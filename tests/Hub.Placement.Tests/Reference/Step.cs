using CsCheck;

namespace Hub.Placement.Tests.Reference;

/// <summary>One thing that the world does next.</summary>
internal abstract record Step
{
    private static readonly Gen<string> Groups = Gen.OneOf(Shop.Groups);

    /// <summary>Histories in which all of it happens, requests most.</summary>
    public static Gen<Step[]> Histories { get; } = Gen.Frequency(
        (70, Gen.Select(
            Gen.Int[0, 1], Gen.Int[0, 2], Gen.OneOf(Shop.Routes), Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9],
            (plane, browser, route, isUnsafe, cohort, weather, kind) => (Step)new Request(
                plane, browser, route, isUnsafe, cohort < Shop.Cohorts.Length ? Shop.Cohorts[cohort] : null,
                NewHealthy: weather != 0, BridgeUp: weather != 1, Success: weather != 2,
                kind switch { 0 => Knowledge.NoKey, 1 => Knowledge.UnknownNumber, 2 => Knowledge.StaleCookie, _ => Knowledge.Whole }))),
        (8, Gen.Select(Groups, Gen.OneOf(Gen.Int[0, 10_000], Gen.OneOf(0, 10_000)), (group, share) => (Step)new Shift(group, share))),
        (4, Gen.Select(Groups, Gen.Bool, (group, evacuate) => (Step)new Rollback(group, evacuate))),
        (3, Gen.Select(Gen.OneOf("accounts", "orders"), Gen.OneOf(Side.Legacy, Side.New),
            (dataset, side) => (Step)new MoveOwner(dataset, side))),
        (15, Gen.Int[0, 1].Select(plane => (Step)new Deliver(plane))),
        (6, Gen.Select(Gen.OneOf("accounts", "orders"), Gen.OneOf(0L, 2L, 30L), (dataset, behind) => (Step)new Tell(dataset, behind))),
        (8, Gen.OneOf(1L, 3L, 4L, 60L, 600L, 1_500L, 7_300L).Select(seconds => (Step)new Wait(seconds))),
        (3, Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], (browser, account) => (Step)new LogIn(browser, account))),
        (2, Gen.Int[0, 2].Select(browser => (Step)new LogOut(browser)))).Array[1, 120];
}

/// <summary>What a plane knows of a request that it places.</summary>
internal enum Knowledge
{
    Whole,
    NoKey,
    UnknownNumber,

    /// <summary>A write whose cookie does not tell of a claim yet: another tab or plane is claiming.</summary>
    StaleCookie,
}

internal sealed record Request(
    int Plane, int Browser, string Route, bool Unsafe, string? Cohort, bool NewHealthy, bool BridgeUp, bool Success, Knowledge Knowledge) : Step;

internal sealed record Shift(string Group, int Share) : Step;

internal sealed record Rollback(string Group, bool Evacuate) : Step;

internal sealed record MoveOwner(string Dataset, Side Side) : Step;

/// <summary>The newest revision reaches a plane.</summary>
internal sealed record Deliver(int Plane) : Step;

internal sealed record Wait(long Seconds) : Step;

/// <summary>Control tells that New has what legacy wrote up to some seconds ago.</summary>
internal sealed record Tell(string Dataset, long Behind) : Step;

internal sealed record LogIn(int Browser, int Account) : Step;

internal sealed record LogOut(int Browser) : Step;
