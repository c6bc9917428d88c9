namespace Hub.Control.Protocol;

/// <summary>A channel as <c>hub channel list</c> shows it.</summary>
/// <param name="Mode">As the config says: <c>live</c>, <c>observe</c> or <c>off</c>.</param>
/// <param name="Owner">Who books what is placed now: <c>hub</c>, <c>old export</c> or <c>off</c>.</param>
/// <param name="Since">The last change of hands; null: there was none.</param>
/// <param name="Next">A change of hands that is still to come, in words.</param>
/// <param name="Intake">Orders from before it are history.</param>
/// <param name="OldReference">The pattern of the old export's references.</param>
public sealed record ChannelView(
    string Channel, string Mode, string Owner, DateTimeOffset? Since, string? Next, DateTimeOffset Intake, string? OldReference);

/// <summary>Changes hands of a channel: <c>POST /api/channels/hand-over | hand-back</c>.</summary>
/// <param name="At">Orders placed at or after it change hands; at least five seconds ahead. Null: ten seconds from now.</param>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record SwitchChannel(string Channel, DateTimeOffset? At = null, string? Reason = null, string? By = null);

/// <summary>What became of it.</summary>
/// <param name="Note">A sentence that says what is to be done at the old export.</param>
public sealed record ChannelAnswer(ChannelView Channel, string Note);
