Console.Error.WriteLine("hub: nothing here yet");
return 2;
