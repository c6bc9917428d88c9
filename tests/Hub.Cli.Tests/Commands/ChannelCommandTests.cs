using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Cli.Tests.Commands;

public sealed class ChannelCommandTests : IDisposable
{
    private static readonly ChannelView View = new("market", "observe", "old export", null, "hub from 2026-11-23 14:00:00Z on", Hand.Now.AddDays(-1), "MP-{id}");

    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task List_Channels_SaysWhoBooks()
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers("GET /api/channels", new[] { View });

        var typed = await _hand.TypeAsync(control, "channel", "list");

        Assert.Equal(("", 0), (typed.Error, typed.ExitCode));
        Assert.All((string[])["market", "observe", "old export", "hub from", "MP-{id}"], word => Assert.Contains(word, typed.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hand-over")]
    [InlineData("hand-back")]
    public async Task Switch_AtAMoment_SendsItAndSaysWhatIsToBeDone(string verb)
    {
        await using var control = await ControlStandIn.StartAsync();
        control.Answers($"POST /api/channels/{verb}", new ChannelAnswer(View, "Have the old export leave them out."));

        var typed = await _hand.TypeAsync(control, "channel", verb, "market", "--at", "+2h", "--reason", "It is time");

        Assert.Equal(0, typed.ExitCode);
        Assert.Contains("Have the old export leave them out.", typed.Output, StringComparison.Ordinal);
        var sent = JsonSerializer.Deserialize<SwitchChannel>(Assert.Single(control.Requests).Body, JsonSerializerOptions.Web)!;
        Assert.Equal(("market", Hand.Now.AddHours(2), "It is time"), (sent.Channel, sent.At, sent.Reason));
    }
}
