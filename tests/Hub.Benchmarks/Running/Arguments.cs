using System.Globalization;

namespace Hub.Benchmarks.Running;

/// <summary>What stands on a benchmark's command line.</summary>
internal static class Arguments
{
    public static int Number(this string[] arguments, int place, int otherwise) =>
        arguments.Length > place ? int.Parse(arguments[place], CultureInfo.InvariantCulture) : otherwise;
}
