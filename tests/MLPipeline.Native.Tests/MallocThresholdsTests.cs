namespace MLPipeline.Native.Tests;

public class MallocThresholdsTests
{
    [Fact]
    public void Raise_is_idempotent_and_taken_by_glibc_only()
    {
        var taken = MallocThresholds.Raise();

        Assert.Equal(OperatingSystem.IsLinux() && File.Exists("/lib64/ld-linux-x86-64.so.2"), taken);
        Assert.Equal(taken, MallocThresholds.Raise());
    }
}
