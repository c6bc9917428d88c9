using System.Diagnostics;
using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Control.Protocol;
using Hub.Placement;
using Hub.Placement.Config;
using Hub.Town;

namespace Hub.Benchmarks.Guards;

/// <summary>
/// How soon a guard takes customers back (SAFETY.md 21: in less than a second). New has half of the customers, and begins to
/// answer 500 at a known moment. The threshold is crossed at the answer with which some plane has seen enough: by the
/// guard's own rule over the answers that came through it. From there, and from the first 500, it is counted to the first
/// answer of legacy to a customer of New, and to the last answer of New on any plane.
/// </summary>
internal static class GuardBenchmark
{
    private const int Rate = 300, Gateways = 2;

    /// <summary>As <see cref="GuardsConfig"/> says, and the guard's standard deviations.</summary>
    private const double Z = 3.5;

    private static readonly GuardsConfig Config = new();
    private static readonly TimeSpan Shopping = TimeSpan.FromSeconds(3), AtMost = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var trials = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 20;
        Machine.Print();
        Console.WriteLine($"{trials} trials at {Rate} requests/s, share 50, {Gateways} planes, guards as by default");
        var port = FreePorts.Draw();
        await using var side = await FailingSide.StartAsync(port);
        using var hub = await HubProcesses.StartAsync(Gateways, routes: 0, port, "\"Guards\": {},");
        await ShiftAsync(hub);
        using var load = await GuardLoad.StartAsync(hub.Gateways, Rate);
        var measured = new List<Trial>();
        for (var i = 0; i < trials; i++)
        {
            if (await TryAsync(hub, side, load) is not { } trial)
            {
                Console.WriteLine($"trial {i + 1}: no customer of New was answered by legacy within {AtMost.TotalSeconds:0} s");
                return 1;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"trial {i + 1}: threshold {trial.Threshold:0} ms after the first 500, taken back {trial.Taken - trial.Threshold:0} ms after that, everywhere {trial.Everywhere - trial.Threshold:0} ms after that"));
            measured.Add(trial);
        }

        await load.StopAsync();
        Print("first 500 → threshold crossed", measured.ConvertAll(trial => trial.Threshold));
        Print("threshold → first answer by legacy", measured.ConvertAll(trial => trial.Taken - trial.Threshold));
        Print("threshold → last answer by New, all planes", measured.ConvertAll(trial => trial.Everywhere - trial.Threshold));
        Print("first 500 → first answer by legacy", measured.ConvertAll(trial => trial.Taken));
        return measured.TrueForAll(trial => trial.Taken - trial.Threshold < 1_000) ? 0 : 1;
    }

    private static async Task<Trial?> TryAsync(HubProcesses hub, FailingSide side, GuardLoad load)
    {
        // 1. Both sides answer until the guard's shortest window is full.
        load.Begin();
        await Task.Delay(Shopping);
        var ofNew = load.Answers.GroupBy(answer => answer.Shopper).Where(own => own.Last().New).Select(own => own.Key).ToHashSet();

        // 2. New fails, until control has the rollback and all planes have told theirs.
        side.Fail(true);
        var since = Stopwatch.StartNew();
        while (!(await hub.Control.GetGroupAsync("shop")).RolledBack)
        {
            if (since.Elapsed > AtMost)
            {
                return null;
            }

            await Task.Delay(100);
        }

        await Task.Delay(Shopping);
        var answers = load.Answers.OrderBy(answer => answer.Received).ToList();
        var first = side.FirstFailure;
        side.Fail(false);
        await ShiftAsync(hub);

        // 3. Judged from what shoppers got.
        var taken = answers.FirstOrDefault(answer => answer.Received > first && !answer.New && ofNew.Contains(answer.Shopper)).Received;
        var crossed = Enumerable.Range(0, Gateways).Select(gateway => Crossed(answers.FindAll(answer => answer.Gateway == gateway), first))
            .Where(at => at > 0).DefaultIfEmpty().Min();
        return taken == 0 || crossed == 0 ? null : new Trial(
            Milliseconds(first, crossed), Milliseconds(first, taken), Milliseconds(first, answers.FindLast(answer => answer.New).Received));
    }

    /// <summary>When what came through one plane was enough for the guard of errors, over its two seconds; 0: never.</summary>
    private static long Crossed(List<GuardAnswer> answers, long first)
    {
        foreach (var at in answers.Where(answer => answer.Received > first && answer is { New: true, Failed: true }).Select(answer => answer.Received))
        {
            var window = answers.FindAll(answer => answer.Received <= at && Milliseconds(answer.Received, at) < 2_000);
            var (news, legacy) = (window.Count(answer => answer.New), window.Count(answer => !answer.New));
            var allowed = legacy < Config.Samples ? Config.MostErrors : RateBounds.Upper(0, legacy, Z) + Config.Errors!.Value;
            if (news >= Config.Samples && RateBounds.Lower(window.Count(answer => answer is { New: true, Failed: true }), news, Z) > allowed)
            {
                return at;
            }
        }

        return 0;
    }

    private static async Task ShiftAsync(HubProcesses hub)
    {
        var revision = (await hub.Control.GetGroupAsync("shop")).Revision;
        await hub.Control.ShiftGroupAsync("shop", new ShiftGroup(50, "benchmark", Wait: true), $"\"{revision}\"");
    }

    private static void Print(string what, List<double> milliseconds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {milliseconds.Count} trials | p50 {Ratios.Percentile(milliseconds, .5):0} ms | max {milliseconds.Max():0} ms |"));

    private static double Milliseconds(long from, long until) => Stopwatch.GetElapsedTime(from, until).TotalMilliseconds;

    /// <summary>Milliseconds since the first 500.</summary>
    private sealed record Trial(double Threshold, double Taken, double Everywhere);
}
