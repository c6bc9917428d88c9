using System.Globalization;

namespace Hub.Fuzz;

/// <summary><c>fuzz [--minutes N] [--target NAME] [--seed N]</c>: each target for so long, one after the other.</summary>
internal static class FuzzVerb
{
    public static int Run(string[] arguments)
    {
        var (minutes, name, seed) = (10.0, (string?)null, Random.Shared.Next());
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--minutes" when double.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out minutes):
                case "--seed" when int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out seed):
                    break;
                case "--target":
                    name = arguments[i + 1];
                    break;
                default:
                    return Usage();
            }
        }

        var targets = FuzzTargets.All.Where(target => name is null || target.Name == name).ToList();
        if (arguments.Length % 2 != 0 || targets.Count == 0)
        {
            return Usage();
        }

        foreach (var target in targets)
        {
            Console.WriteLine($"{target}: seed {seed}, {minutes} minutes");
            try
            {
                Console.WriteLine($"{target}: {Fuzzer.Run(target, seed, TimeSpan.FromMinutes(minutes)):N0} inputs, no crash, no hang");
            }
            catch (FuzzException e)
            {
                Console.Error.WriteLine(e.Message);
                return 1;
            }
        }

        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine(
            $"""
            usage: dotnet run -c Release --project tests/Hub.Fuzz -- fuzz [--minutes N] [--target NAME] [--seed N]
              targets: {string.Join(", ", FuzzTargets.All)}; without --target each for so long (default: 10 minutes)
            """);
        return 2;
    }
}
