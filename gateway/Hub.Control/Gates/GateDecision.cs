using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Control.Gates;

/// <summary>Whether the gates of a group let it climb (SAFETY.md 20 and 22). Pure. What is not known is not open.</summary>
internal static class GateDecision
{
    private const int All = 10_000;

    /// <summary>Every gate that the group has, the held ones with what is missing.</summary>
    public static ImmutableArray<GateView> Of(GateInput input)
    {
        var gates = ImmutableArray.CreateBuilder<GateView>();
        gates.Add(Stages(input));
        if (input.Config.Samples > 0)
        {
            gates.Add(Readiness(input));
        }

        if (input.Config.Candidate)
        {
            gates.Add(Candidate(input));
        }

        if (input.Lags.Length > 0)
        {
            gates.Add(Lag(input));
        }

        if (input.Config.Parity is { } parity && input.Parities.Length > 0)
        {
            gates.Add(ParityDecision.Of(input.Parities, parity.Within, input.Now));
        }

        if (input.Config.SearchEngines)
        {
            gates.Add(SearchEngines(input));
        }

        if (input.CooledAt > input.Now)
        {
            gates.Add(new GateView("cooldown", false, $"a guard took {input.Group} back lately; look at hub audit list", input.CooledAt));
        }

        return gates.ToImmutable();
    }

    // Mirrored first, then some, then all.
    private static GateView Stages(GateInput input) => input switch
    {
        { From: 0, To: All } => new GateView("stages", false, $"from none to all in one step; shift {input.Group} to a part first"),
        { From: 0, Mirrored: false, Config.Samples: > 0 } => new GateView("stages", false, $"{input.Group} is not mirrored yet: hub group mirror {input.Group} on"),
        _ => new GateView("stages", true, "mirrored, then some, then all"),
    };

    private static GateView Readiness(GateInput input)
    {
        var config = input.Config;
        if (input.Readiness is not { } sees || sees.Routes.IsEmpty)
        {
            return new GateView("readiness", false, $"readiness of {input.Group} is unknown: mirroring can say nothing of its routes; declare \"Samples\": 0 if that is meant");
        }

        if (sees.Samples < config.Samples)
        {
            var at = sees.PerHour > 0 ? input.Now.AddHours((config.Samples - sees.Samples) / sees.PerHour) : (DateTimeOffset?)null;
            return new GateView("readiness", false, string.Create(
                CultureInfo.InvariantCulture,
                $"readiness of {input.Group}: {sees.Samples:N0} of {config.Samples:N0} samples, {Rate(sees.PerHour / 60, at, input.Now, sees.Mirrored ? "none come" : "it is not mirrored")}"), at);
        }

        if (sees.Unknown.Length > 0)
        {
            return new GateView("readiness", false, $"readiness of {string.Join(", ", sees.Unknown)} is unknown: no sample of it yet");
        }

        if (sees.Strict > config.MoneyMismatches)
        {
            return new GateView("readiness", false, string.Create(
                CultureInfo.InvariantCulture, $"{sees.Strict:N0} answers of {input.Group} differ in money, stock or status, {config.MoneyMismatches} may: hub diff list --group {input.Group}"));
        }

        if (sees.AtLeast is not { } atLeast || atLeast < config.Agreement)
        {
            return new GateView("readiness", false, string.Create(
                CultureInfo.InvariantCulture,
                $"{sees.Agreed:N0} of {sees.Samples:N0} answers of {input.Group} agree, surely {Percent(sees.AtLeast ?? 0)}; {Percent(config.Agreement)} are asked for: hub diff list --group {input.Group}"));
        }

        return sees.Variety < config.Variety
            ? new GateView("readiness", false, string.Create(
                CultureInfo.InvariantCulture, $"the samples of {input.Group} hold about {sees.Variety:N0} distinct parameters and states; {config.Variety:N0} are asked for"))
            : new GateView("readiness", true, string.Create(CultureInfo.InvariantCulture, $"{sees.Samples:N0} samples, surely {Percent(atLeast)} agree"));
    }

    private static GateView Candidate(GateInput input)
    {
        if (input.Candidates.IsEmpty)
        {
            return new GateView("candidate", false, "no gateway plane is connected: nobody can say how New is");
        }

        var sick = input.Candidates.Where(plane => plane.Health is not { Available: > 0 }).Select(plane => plane.Health is { } health
            ? $"{plane.Plane} sees {health.Available} of {health.Of} healthy" : $"{plane.Plane} has not told").ToList();
        return sick.Count > 0
            ? new GateView("candidate", false, $"New's destinations of {input.Group}: {string.Join(", ", sick)}")
            : new GateView("candidate", true, "each gateway plane sees a healthy destination of New");
    }

    private static GateView Lag(GateInput input)
    {
        var behind = input.Lags.Where(dataset => dataset.Lag is not { } lag || lag > input.Config.Lag).Select(dataset => dataset.Lag is { } lag
            ? string.Create(CultureInfo.InvariantCulture, $"{dataset.Dataset} is {lag.TotalSeconds:0} s behind") : $"of {dataset.Dataset} it is not known").ToList();
        return behind.Count > 0
            ? new GateView("lag", false, string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", behind)}; {input.Config.Lag.TotalSeconds:0} s are allowed"))
            : new GateView("lag", true, $"{string.Join(", ", input.Lags.Select(dataset => dataset.Dataset))}: within {input.Config.Lag.TotalSeconds:0} s");
    }

    private static GateView SearchEngines(GateInput input)
    {
        const string Gate = "search engines";
        var builds = input.Readiness?.Routes.Select(route => route.NewBuild).Where(build => build.Length > 0).Distinct().ToList() ?? [];
        return input.Readiness?.Crawl switch
        {
            null => new GateView(Gate, false, $"no crawl of {input.Group} yet: hub group crawl {input.Group} --sitemap URL"),
            { EndedAt: null } runs => new GateView(Gate, false, $"the crawl runs: {runs.Pages} pages so far"),
            { Problem: { } problem } => new GateView(Gate, false, $"the crawl did not end: {problem}"),
            { Pages: 0 } => new GateView(Gate, false, "the crawl compared no page of the group"),
            var ended when builds.Exists(build => build != ended.NewBuild) =>
                new GateView(Gate, false, $"the crawl was of build {ended.NewBuild}, and {string.Join(", ", builds)} answers now: crawl again"),
            var ended when ended.Agreed < ended.Pages =>
                new GateView(Gate, false, $"search engines would see {ended.Pages - ended.Agreed} of {ended.Pages} pages otherwise"),
            var ended => new GateView(Gate, true, $"{ended.Pages} pages alike"),
        };
    }

    /// <summary>"at 31 a minute enough at 14:52 UTC".</summary>
    public static string Rate(double aMinute, DateTimeOffset? at, DateTimeOffset now, string none) => at is not { } enough ? none : string.Create(
        CultureInfo.InvariantCulture,
        $"at {aMinute:0.#} a minute enough at {(enough - now > TimeSpan.FromHours(20) ? enough.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : enough.ToString("HH:mm", CultureInfo.InvariantCulture))} UTC");

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{part * 100:0.##} %");
}
