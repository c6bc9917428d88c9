using BenchmarkDotNet.Running;
using Hub.Benchmarks.Placement;

// A verb a figure of docs/performance.md; each prints what it measured.
switch (args)
{
    case ["micro", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(PlaceBenchmark).Assembly).Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/Hub.Benchmarks -- VERB
              micro [--filter '*Place*'] [--job short]    BenchmarkDotNet over single methods
            """);
        return 2;
}
