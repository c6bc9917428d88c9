namespace Hub.Processes.Sealing;

/// <summary>A text of the store can't be read with the keys that are here. Nothing was changed.</summary>
public sealed class WrongKeysException(string place, Exception inner) : InvalidOperationException(
    $"The texts of the store of orders were encrypted with other keys than those in {place}, so they can't be read, and none is written with these. Put the keys there that "
    + "the plane had, or those of the other planes on this store (docs/operate/restore.md), and start it again.", inner);
