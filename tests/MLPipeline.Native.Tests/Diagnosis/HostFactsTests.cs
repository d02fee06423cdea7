using MLPipeline.Native.Diagnosis;

namespace MLPipeline.Native.Tests.Diagnosis;

public class HostFactsTests
{
    [Fact]
    public void Read_names_the_hosts_runtimes_and_the_libraries_in_use()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/lib64/ld-linux-x86-64.so.2"), "Reads a glibc host.");
        TorchSharp.torch.ones(1).Dispose();

        var facts = HostFacts.Read();

        Assert.True(facts.Glibc >= new Version(2, 29), $"{facts.Glibc}");
        Assert.True(facts.NewestGlibCxx >= new Version(3, 4, 26), $"{facts.NewestGlibCxx}");
        Assert.True(File.Exists(facts.LibStdCxx));
        Assert.EndsWith("libtorch.so", facts.LibTorch, StringComparison.Ordinal);
        Assert.Contains(facts.Loaded, path => path.EndsWith("libtorch_cpu.so", StringComparison.Ordinal));
        Assert.Equal(facts.NewestGlibCxx < new Version(3, 4, 32), facts.Torch is { Weakened.Count: > 0 });
    }
}
