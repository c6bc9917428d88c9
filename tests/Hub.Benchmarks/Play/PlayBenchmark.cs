using System.Diagnostics;
using System.Globalization;
using Hub.Benchmarks.Running;
using Hub.Running;
using Hub.Town;

namespace Hub.Benchmarks.Play;

/// <summary><c>hub play</c> from its start to the first page of the shop, and its memory after half a minute of shoppers.</summary>
internal static class PlayBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var runs = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        Machine.Print();
        var (seconds, memory) = (new List<double>(), new List<double>());
        for (var run = 0; run < runs; run++)
        {
            var folder = Directory.CreateTempSubdirectory("hub-play").FullName;
            var (port, control) = (FreePorts.Draw(), FreePorts.Draw());
            var since = Stopwatch.StartNew();
            using (var play = ChildProcess.Hub(
                "play", "--data", folder, "--port", $"{port}", "--control-port", $"{control}", "--seed", "1"))
            {
                await play.AnswersAsync(new Uri($"http://127.0.0.1:{port}/"));
                seconds.Add(since.Elapsed.TotalSeconds);
                await Task.Delay(TimeSpan.FromSeconds(30));
                memory.Add(play.PeakMemory / 1048576.0);
            }

            Directory.Delete(folder, recursive: true);
            Console.WriteLine($"run {run + 1}: first page after {seconds[^1]:0.00} s, {memory[^1]:0} MiB at the most in 30 s");
        }

        Console.WriteLine(
            $"hub play: first page after {Ratios.Percentile(seconds, .5):0.00} s (median; {seconds.Min():0.00} to {seconds.Max():0.00}), "
            + $"memory {memory.Max():0} MiB at the most");
        return 0;
    }
}
