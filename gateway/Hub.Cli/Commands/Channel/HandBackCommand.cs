using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Channel;

internal sealed class HandBackCommand(CommandContext context) : SwitchChannelCommand(
    context, "hand-back", "Have the old export book what is placed on a channel from a moment on; the hub finishes what was placed before. It withdraws a hand-over that is still to come.",
    "hub channel hand-back market --reason \"The ERP's taxes are wrong\"")
{
    protected override Task<ChannelAnswer> SwitchAsync(IControlApi control, SwitchChannel request, CancellationToken cancellationToken) =>
        control.HandBackAsync(request, cancellationToken);
}
