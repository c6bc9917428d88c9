using System.Diagnostics;

namespace Hub.Control.Tests.Running;

/// <summary>Waits for a condition, at most two minutes.</summary>
internal static class Eventually
{
    public static Task True(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"never came true: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
