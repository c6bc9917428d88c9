namespace Hub.Cli.Running;

/// <summary>
/// Threads for what waits on SQLite. Its calls block: with two cores' worth of threads a commit of one plane would hold up
/// the pings of another.
/// </summary>
/// <remarks>
/// A gateway by itself goes without. None of its requests waits on a store, and more threads than cores that run at once
/// cut into each other's requests: a longer tail for nothing.
/// </remarks>
internal static class StoreThreads
{
    private const int Least = 32;

    public static void Raise()
    {
        ThreadPool.GetMinThreads(out var workers, out var completionPorts);
        ThreadPool.SetMinThreads(Math.Max(workers, Least), completionPorts);
    }
}
