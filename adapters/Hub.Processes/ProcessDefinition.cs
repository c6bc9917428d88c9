namespace Hub.Processes;

/// <summary>A process: a name, and what it makes of its state and a message.</summary>
/// <param name="Handle">
/// Pure: the state's JSON (null where there is none yet) and a message in, a decision out. What it throws is a bug: the message
/// becomes a dead letter, and later ones of its key go on.
/// </param>
public sealed record ProcessDefinition(string Name, Func<string?, ProcessMessage, ProcessDecision> Handle);
