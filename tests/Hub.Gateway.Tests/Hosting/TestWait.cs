namespace Hub.Gateway.Tests.Hosting;

/// <summary>Waits for what happens in the background; the deadline is for tests that fail, not for tests that pass.</summary>
public static class TestWait
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(5, deadline.Token);
        }
    }
}
