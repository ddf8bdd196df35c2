# Sourced by run.sh and test.sh.

# No build server stays behind.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# Builds a project or solution. One compiler server compiles all of it, in half the time that a compiler for each project
# takes; it has a name of its own, so that it alone can be ended. Without node reuse it would not be used unless asked for.
build() {
  UseSharedCompilation=true SharedCompilationId="pilothooks-$$" dotnet build "$1" -nologo -v quiet </dev/null && built=0 || built=$?
  version=$(dotnet --version)
  sdk=$(dotnet --list-sdks | sed -n "s|^$version \\[\\(.*\\)\\]\$|\\1/$version|p")
  dotnet "$sdk/Roslyn/bincore/VBCSCompiler.dll" -shutdown "-pipename:pilothooks-$$" >/dev/null 2>&1 || true
  return "$built"
}
