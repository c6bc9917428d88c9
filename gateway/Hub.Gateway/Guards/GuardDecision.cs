using System.Globalization;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Gateway.Guards;

/// <summary>What both sides of a group did over the same seconds.</summary>
internal sealed record GuardWindow(int Seconds, SideFigures Legacy, SideFigures New);

/// <summary>Why a group is taken back.</summary>
/// <param name="Guard">Which guard: errors, latency, money, orders, journeys.</param>
/// <param name="Words">The reason with its figures.</param>
internal sealed record GuardTrip(string Guard, string Words);

/// <summary>
/// Whether New does worse than it may (SAFETY.md 21). Pure. New is compared with the other side over the same seconds,
/// where that saw too little with the same hour last week; a bound of New's must pass the other bound of the reference.
/// </summary>
internal static class GuardDecision
{
    /// <summary>One in 4,000 by chance; and the bounds of both sides must be apart, which is rarer still.</summary>
    private const double Z = 3.5;

    /// <param name="recent">Windows of seconds to minutes, in which errors, latency and money are judged.</param>
    /// <param name="settled">A window that began when shoppers had time to reach their orders; null where they had not.</param>
    /// <param name="baseline">The same hour last week; null where it is not known.</param>
    public static GuardTrip? Of(GuardsConfig config, IReadOnlyList<GuardWindow> recent, GuardWindow? settled, GroupBaseline? baseline)
    {
        foreach (var window in recent.Where(window => window.New.Requests >= config.Samples))
        {
            var (reference, whose) = Reference(config, window, baseline);
            if (Errors(config, window, reference, whose) is { } errors)
            {
                return errors;
            }

            if (reference is not null && (Latency(config, window, reference, whose, 95) ?? Latency(config, window, reference, whose, 99)) is { } slow)
            {
                return slow;
            }
        }

        return Money(config, recent) ?? (settled is null ? null : Business(config, settled, baseline));
    }

    private static (SideFigures? Figures, string Whose) Reference(GuardsConfig config, GuardWindow window, GroupBaseline? baseline) =>
        window.Legacy.Requests >= config.Samples ? (window.Legacy, "legacy")
        : baseline?.Figures.Requests >= config.Samples ? (baseline.Figures, "the same hour last week")
        : (null, "");

    private static GuardTrip? Errors(GuardsConfig config, GuardWindow window, SideFigures? reference, string whose)
    {
        if (config.Errors is not { } margin)
        {
            return null;
        }

        var limit = reference is null ? config.MostErrors : RateBounds.Upper(reference.Errors, reference.Requests, Z) + margin;
        var sees = window.New;
        return RateBounds.Lower(sees.Errors, sees.Requests, Z) <= limit ? null : new GuardTrip("errors", string.Create(
            CultureInfo.InvariantCulture,
            $"New failed {sees.Errors} of {sees.Requests} requests in {window.Seconds} s; {(reference is null ? $"{limit:P0} is allowed where there is nothing to compare with" : $"{whose} {reference.Errors} of {reference.Requests}")}"));
    }

    // By a binomial test on each side of the quantile: at most so many may be slower than the reference's times the ratio.
    private static GuardTrip? Latency(GuardsConfig config, GuardWindow window, SideFigures reference, string whose, int percentile)
    {
        var slowerThan = 1 - (percentile / 100.0);
        if (config.Latency is not { } ratio || SurelyWithin(reference, slowerThan) is not { } own)
        {
            return null;
        }

        var limit = LatencyBuckets.Of(Math.Max(LatencyBuckets.Bounds[own] * ratio, config.LatencyFloor.TotalMilliseconds));
        if (limit >= LatencyBuckets.Bounds.Length)
        {
            return null;
        }

        var slow = LatencyBuckets.Slower(window.New.Latency, limit);
        return RateBounds.Lower(slow, window.New.Requests, Z) <= slowerThan ? null : new GuardTrip("latency", string.Create(
            CultureInfo.InvariantCulture,
            $"{slow} of {window.New.Requests} answers of New took over {LatencyBuckets.Bounds[limit]} ms in {window.Seconds} s; p{percentile} of {whose} is at most {LatencyBuckets.Bounds[own]} ms"));
    }

    private static int? SurelyWithin(SideFigures figures, double slowerThan)
    {
        for (var bucket = 0; bucket < LatencyBuckets.Bounds.Length; bucket++)
        {
            if (RateBounds.Upper(LatencyBuckets.Slower(figures.Latency, bucket), figures.Requests, Z) <= slowerThan)
            {
                return bucket;
            }
        }

        return null;
    }

    private static GuardTrip? Money(GuardsConfig config, IReadOnlyList<GuardWindow> recent) =>
        recent.Where(window => window.New.MoneyMismatches > config.MoneyMismatches).Select(window => new GuardTrip("money", string.Create(
            CultureInfo.InvariantCulture,
            $"the mirror found {window.New.MoneyMismatches} answers of New to differ in money, stock or status within {window.Seconds} s; {config.MoneyMismatches} are allowed"))).FirstOrDefault();

    private static GuardTrip? Business(GuardsConfig config, GuardWindow window, GroupBaseline? baseline)
    {
        var (reference, whose) = Reference(config, window, baseline);
        if (config.Business is not { } drop || reference is null)
        {
            return null;
        }

        var sees = window.New;
        if (Fell(sees.Orders, sees.Requests, reference.Orders, reference.Requests, drop, config.Samples))
        {
            return new GuardTrip("orders", string.Create(
                CultureInfo.InvariantCulture,
                $"New had {sees.Orders} orders of {sees.Requests} requests in {window.Seconds / 60} min; {whose} {reference.Orders} of {reference.Requests}"));
        }

        return !Fell(sees.JourneysCompleted, sees.JourneysBegun, reference.JourneysCompleted, reference.JourneysBegun, drop, config.Samples)
            ? null
            : new GuardTrip("journeys", string.Create(
                CultureInfo.InvariantCulture,
                $"New completed {sees.JourneysCompleted} of {sees.JourneysBegun} journeys in {window.Seconds / 60} min; {whose} {reference.JourneysCompleted} of {reference.JourneysBegun}"));
    }

    private static bool Fell(long hits, long samples, long referenceHits, long referenceSamples, double drop, int least) =>
        samples >= least && referenceSamples >= least
        && RateBounds.Upper(Math.Min(hits, samples), samples, Z)
            < (1 - drop) * RateBounds.Lower(Math.Min(referenceHits, referenceSamples), referenceSamples, Z);
}
