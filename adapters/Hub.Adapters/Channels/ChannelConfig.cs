using Hub.Configuration;

namespace Hub.Adapters.Channels;

/// <summary>A channel under <c>Hub.Orders.Channels</c>: <c>"market": { "Mode": "observe" }</c>.</summary>
internal sealed class ChannelConfig
{
    private static readonly string[] Modes = ["live", "observe", "off"];

    /// <summary>From when on its orders are booked or observed: <c>now</c> or a time.</summary>
    /// <value>The default is that of <c>Hub.Orders.Intake</c>; of a marketplace that was added later, the moment at which it was.</value>
    public string? Intake { get; init; }

    /// <summary>
    /// <c>live</c> (the hub books), <c>observe</c> (the old export books, and the hub compares) or <c>off</c> (the hub keeps what comes and does nothing).
    /// <c>hub channel hand-over</c> changes it for orders from a moment on.
    /// </summary>
    /// <value>The default is <c>live</c>.</value>
    public string Mode { get; init; } = "live";

    /// <summary>The reference under which the old export books an order at the ERP, with <c>{number}</c> (the shop's), <c>{id}</c> (the channel's) or <c>{key}</c>.</summary>
    /// <value>The default is none: it is looked for by the order's key alone.</value>
    public string? OldReference { get; init; }

    /// <summary>So long after a change of hands an order is looked up before it is booked.</summary>
    /// <value>The default is one hour.</value>
    public TimeSpan Edge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What is wrong with it.</summary>
    public void Check(ConfigNode node, Func<string, bool> isTime, List<ConfigProblem> problems)
    {
        Check("Mode", Modes.Contains(Mode), $"'{Mode}' is no mode", "it says who books the channel's orders", $"use one of: {string.Join(", ", Modes)}");
        Check("Intake", Intake is null or "now" || isTime(Intake), $"'{Intake}' is no time", "orders placed before the intake are not booked",
            "write \"now\", or a time with its zone such as \"2027-01-31T06:00:00Z\"");
        Check("OldReference",
            OldReference is null || (OldReference != "{key}" && ((string[])["{number}", "{id}", "{key}"]).Any(part => OldReference.Contains(part, StringComparison.Ordinal))),
            $"'{OldReference}' is no pattern of a reference", "the old export's sales are found by it and told from the hub's own",
            "write it with {number}, {id} or {key}, and not as {key} alone: \"WEB-{number}\"");
        Check("Edge", Edge >= TimeSpan.Zero, $"{Edge} is less than nothing", "orders placed so near to a change of hands are looked up first", "write \"01:00:00\"");

        void Check(string name, bool holds, string what, string why, string fix)
        {
            if (!holds)
            {
                var place = node[name]!;
                problems.Add(new ConfigProblem(place.Path, place.Line, what, why, fix));
            }
        }
    }
}
