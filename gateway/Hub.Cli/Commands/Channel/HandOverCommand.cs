using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Channel;

internal sealed class HandOverCommand(CommandContext context) : SwitchChannelCommand(
    context, "hand-over", "Have the hub book what is placed on a channel from a moment on; what was placed before stays the old export's.",
    "hub channel hand-over market --at +2h --reason \"Two weeks without a difference\"")
{
    protected override Task<ChannelAnswer> SwitchAsync(IControlApi control, SwitchChannel request, CancellationToken cancellationToken) =>
        control.HandOverAsync(request, cancellationToken);
}
