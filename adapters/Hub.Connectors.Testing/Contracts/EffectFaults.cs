using Hub.Connectors.Testing.Stubs;
using Xunit;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What can go wrong with a call that has an effect at the vendor.</summary>
public static class EffectFaults
{
    private static readonly StubFault[] AfterIt =
    [
        StubFault.HangAfter, StubFault.Late, StubFault.CutAfter, StubFault.HalfBody, StubFault.Html, StubFault.Empty,
        StubFault.ServerError(500, after: true), StubFault.ServerError(502, after: true), StubFault.ServerError(504, after: true),
    ];

    private static readonly StubFault[] WithoutIt =
    [
        StubFault.TooMany(7), StubFault.TooMany(null), StubFault.Unauthorized, StubFault.Forbidden,
    ];

    private static readonly StubFault[] Before = [StubFault.Hang, StubFault.ServerError(500, after: false), StubFault.ServerError(503, after: false)];

    /// <summary>The vendor did it, and the caller can't know.</summary>
    public static TheoryData<string> Done => [.. AfterIt.Select(fault => fault.Name)];

    /// <summary>The vendor surely did nothing.</summary>
    public static TheoryData<string> NotDone => [.. WithoutIt.Select(fault => fault.Name)];

    /// <summary>The vendor did nothing, and the caller can't know.</summary>
    public static TheoryData<string> Unclear => [.. Before.Select(fault => fault.Name)];

    /// <summary>Whatever can go wrong, for calls that may be made again.</summary>
    public static TheoryData<string> All => [.. AfterIt.Concat(WithoutIt).Concat(Before).Select(fault => fault.Name)];

    /// <summary>The fault of that name.</summary>
    public static StubFault Of(string name) => AfterIt.Concat(WithoutIt).Concat(Before).Single(fault => fault.Name == name);
}
